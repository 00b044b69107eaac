"""Models that a hand wrote beside those that `generate` wrote: which may stand for which, and why others may not."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import msgspec

from pgconform.finding import Finding, Severity
from pgconform.generate.header import generated
from pgconform.pairs.world import World
from pgconform.remedies.nodes import around
from pgconform.remedies.source import Sources
from pgconform.schema import Access, Relation
from pgconform.shape import Array, Field, Labels, Scalar, Type, Union

_PLAIN = frozenset({"BaseModel", "pydantic.BaseModel"})
_OURS = frozenset({"__pgconform__", "__tablename__"})
_FAMILIES = {
    **dict.fromkeys(("timestamptz", "timestamp", "datetime_aware", "datetime_naive"), "datetime"),
    **dict.fromkeys(("int2", "int4", "int8", "oid"), "int"),
    **dict.fromkeys(("timetz", "time_aware", "time_naive"), "time"),
    "numeric": "decimal",
    "interval": "timedelta",
    "text": "str",
    "json_value": "any",
}


class Twin(msgspec.Struct, frozen=True):
    """A model that a hand wrote, and the generated one of the same relation and direction.

    ``why`` says what keeps the one from standing for the other; "" where nothing does. ``idle``: nobody imports it.
    ``guessed``: what keeps it is only that nothing says which relation it is of.
    """

    own: Relation
    made: Relation
    why: str = ""
    idle: bool = False
    guessed: bool = False

    @property
    def uri(self) -> str:
        return self.own.at.uri if self.own.at else ""

    @property
    def name(self) -> str:
        return self.own.holder.rpartition(".")[2]

    @property
    def full_name(self) -> str:
        """As the settings name it."""
        return f"{self.uri.removesuffix('.py').removesuffix('/__init__').replace('/', '.')}.{self.name}"

    @property
    def stands_for(self) -> str:
        return self.made.holder.rpartition(".")[2]


def twins(said: Said, world: World, sources: Sources) -> tuple[Twin, ...]:
    """Every model that a hand wrote of a relation that has a generated one, by place."""
    models = [item for item in said.models if item.at is not None and item.kind == "model"]
    ordered = sorted(models, key=_size, reverse=True)
    made = {_of(item, world): item for item in ordered if _ours(item, sources)}
    wrong = {(item.at.uri if item.at else "", item.holder): item for item in said.findings if _grave(item)}
    own = [item for item in sorted(models, key=lambda item: str(item.at)) if not _ours(item, sources)]
    pairs = [(item, made[_of(item, world)]) for item in own if _of(item, world) in made]
    return tuple(_twin(item, twin, wrong.get(_place(item)), sources) for item, twin in pairs)


def _twin(own: Relation, made: Relation, wrong: Finding | None, sources: Sources) -> Twin:
    why = _why(own, made, wrong, sources)
    if why or own.certain:
        return Twin(own, made, why)
    return Twin(own, made, f"that it is of {own.name} is only guessed", guessed=True)


class Said(msgspec.Struct, frozen=True):
    """What is said of a project's models: their claims, and what is wrong with them."""

    models: tuple[Relation, ...]
    findings: tuple[Finding, ...]


def _of(item: Relation, world: World) -> tuple[str, Access]:
    found = world.relation(item.name, item.schema)
    return (found.qualified if found else item.qualified, item.access)


def _place(item: Relation) -> tuple[str, str]:
    return (item.at.uri if item.at else "", item.holder)


def _size(item: Relation) -> tuple[int, str]:
    return len(item.fields), item.holder


def _ours(item: Relation, sources: Sources) -> bool:
    source = sources.read(item.at.uri) if item.at else None
    return source is not None and generated(source.text)


def _grave(finding: Finding) -> bool:
    return finding.severity is not Severity.INFO


def _why(own: Relation, made: Relation, wrong: Finding | None, sources: Sources) -> str:
    """The first thing that keeps the generated model from standing for this one."""
    if wrong is not None:
        return f"it does not conform: {wrong.message}"
    return next((why for why in (*_members(own, sources), *_fields(own, made)) if why), "")


def _members(own: Relation, sources: Sources) -> Iterator[str]:
    """What the class has beside its fields."""
    source = sources.read(own.at.uri) if own.at else None
    span = source.span(own.at) if source and own.at else None
    path = around(source, *span) if source and span else ()
    owner = next((node for node in reversed(path) if isinstance(node, ast.ClassDef)), None)
    if source is None or owner is None:
        yield "its class cannot be found"
        return
    if len(owner.bases) != 1 or source.code(owner.bases[0]) not in _PLAIN or owner.keywords or owner.decorator_list:
        yield "it is more than a plain BaseModel"
    for node in owner.body:
        match node:
            case ast.AnnAssign() | ast.Expr(value=ast.Constant()) | ast.Pass():
                continue
            case ast.Assign(targets=[ast.Name(id=name)]) if name in _OURS:
                continue
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield f"it has a member of its own, {name}"
            case ast.Assign(targets=[ast.Name(id=name), *_]):
                yield f"it has a member of its own, {name}"
            case _:
                yield "it has members of its own"


def _fields(own: Relation, made: Relation) -> Iterator[str]:
    mine, theirs = _by_attribute(own), _by_attribute(made)
    for name, field in mine.items():
        other = theirs.get(name)
        yield f"{made.holder} has no {name}" if other is None else _differs(name, field, other, own.access)
    for name, other in theirs.items():
        if name not in mine and other.required:
            yield f"{made.holder} also requires {name}"


def _by_attribute(relation: Relation) -> dict[str, Field]:
    return {field.attribute or field.name: field for field in relation.fields}


def _differs(name: str, mine: Field, theirs: Field, access: Access) -> str:
    if mine.name != theirs.name:
        return f"{name} is another column there, {theirs.name}"
    if _family(mine.type) != _family(theirs.type):
        return f"{name} is {_shown(mine.type)} here and {_shown(theirs.type)} there"
    if theirs.nullable and not mine.nullable:
        return f"{name} may be None there"
    if access is not Access.READ and mine.nullable and not theirs.nullable:
        return f"{name} may be None here"
    if access is not Access.READ and mine.bounds is not None and mine.bounds != theirs.bounds:
        return f"{name} has limits of its own here"
    if not mine.required and (access is not Access.READ or mine.default not in ("None", None, "")):
        same = not theirs.required and mine.default == theirs.default
        return "" if same else f"{name} has a default of its own here, {mine.default}"
    return ""


def _family(kind: Type) -> object:
    """What a program has in its hands, whatever is said of it beside."""
    match kind:
        case Scalar(kind=name):
            plain = name.removeprefix("py.").removeprefix("strict_").removeprefix("pg_")
            return _FAMILIES.get(plain, plain)
        case Labels(values=values):
            return frozenset(values)
        case Array(of=of):
            return ("list", _family(of))
        case Union(options=options):
            parts = [_family(one) for one in options if one != Scalar("py.none", raw="None")]
            return parts[0] if len(parts) == 1 else frozenset(map(str, parts))
        case _:
            return kind.raw


def _shown(kind: Type) -> str:
    return kind.raw or (kind.kind.removeprefix("py.") if isinstance(kind, Scalar) else "another type")
