"""Fields of classes that nothing validates: dataclasses, attrs classes, NamedTuples, TypedDicts."""

from __future__ import annotations

from pgconform.shape import Unknown
from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Expr, spell
from pgconform.sources.python.models.annotations import Annotations
from pgconform.sources.python.models.constants import flag, text
from pgconform.sources.python.models.fields import NOT_FIELDS, place
from pgconform.sources.python.models.lineage import Ancestor, Line, Lineage, Scope
from pgconform.sources.python.models.model import ModelField, Names

DATACLASSES = frozenset({"dataclasses.dataclass"})
ATTRS = frozenset(
    {f"{module}.{name}" for module in ("attr", "attrs") for name in ("define", "frozen", "mutable")}
    | {f"attr.{name}" for name in ("s", "attrs", "dataclass")}
)
_FIELDS = frozenset({"dataclasses.field", "attr.ib", "attr.attrib", "attrs.field", "attr.field"})


def decorator(facts: ClassFacts, scope: Scope, lineage: Lineage) -> str:
    """The canonical name of the decorator that makes a class a record; "" when none does."""
    functions = (item.function if isinstance(item, Call) else item for item in facts.decorators)
    named = (lineage.outside(function, scope) for function in functions)
    return next((name for name in named if name in DATACLASSES | ATTRS | {"pydantic.dataclasses.dataclass"}), "")


def record_fields(line: Line, annotations: Annotations) -> tuple[ModelField, ...]:
    """The fields of a record, its ancestors' first. None is only ruled in, never out: nothing checks values."""
    found: dict[str, ModelField] = {}
    for ancestor in reversed(line.ancestors):
        optional = _not_total(ancestor, annotations.lineage)
        for member in ancestor.facts.members:
            if field := _field(member, ancestor, annotations, optional=optional):
                found[member.name] = field
    return tuple(found.values())


def _field(member: Member, ancestor: Ancestor, annotations: Annotations, *, optional: bool) -> ModelField | None:
    call = _call(member.value, ancestor, annotations.lineage)
    annotation = member.annotation or (call.keyword("type") if call else None)
    if annotation is None or (member.name == "_" and call is None):
        return None
    said = annotations.read(annotation, ancestor.scope)
    if said.marks & NOT_FIELDS or (call and flag(call.keyword("init"), ancestor.scope, annotations.lineage) is False):
        return None
    default = _default(call) if call else member.value
    name = _argument(member, call, ancestor, annotations.lineage)
    absent = "typing.NotRequired" in said.marks or (optional and "typing.Required" not in said.marks)
    return ModelField(
        member.name,
        Names((name,) if name else (), member.name, member.name, open=not name),
        said.type,
        None if isinstance(said.type, Unknown) else said.nullable or None,
        required=not (absent or default is not None),
        default=spell(default) if default is not None else "",
        at=place(ancestor.found.uri, member.span),
    )


def _argument(member: Member, call: Call | None, ancestor: Ancestor, lineage: Lineage) -> str:
    """The argument that fills a field, "" if it cannot be told: attrs takes one by an alias, or without underscores."""
    alias = call.keyword("alias") if call else None
    if alias is None and not member.name.startswith("_"):
        return member.name
    if decorator(ancestor.facts, ancestor.scope, lineage) not in ATTRS:
        return member.name
    return text(alias, ancestor.scope, lineage) or "" if alias else member.name.lstrip("_")


def _call(value: Expr | None, ancestor: Ancestor, lineage: Lineage) -> Call | None:
    """The call of ``field`` that a member's value is."""
    called = isinstance(value, Call) and lineage.outside(value.function, ancestor.scope) in _FIELDS
    return value if called and isinstance(value, Call) else None


def _default(call: Call) -> Expr | None:
    factory = call.keyword("default_factory") or call.keyword("factory")
    return call.keyword("default") or (Call(factory) if factory else None)


def _not_total(ancestor: Ancestor, lineage: Lineage) -> bool:
    total = next((value for name, value in ancestor.facts.keywords if name == "total"), None)
    return flag(total, ancestor.scope, lineage) is False
