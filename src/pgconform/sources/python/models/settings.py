"""A model's configuration: ``model_config``, ``class Config``, and the keywords of the class statement."""

from __future__ import annotations

import msgspec

from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Map, Ref
from pgconform.sources.python.models.constants import flag, text, whole
from pgconform.sources.python.models.constraints import ALTERING
from pgconform.sources.python.models.lineage import Ancestor, Bound, Line, Lineage, Scope
from pgconform.sources.python.modules.project import Found
from pgconform.sources.python.vocabulary.names import OWN_MODELS, canonical

RENAMED = {
    "allow_population_by_field_name": "populate_by_name",
    "orm_mode": "from_attributes",
    "anystr_strip_whitespace": "str_strip_whitespace",
    "max_anystr_length": "str_max_length",
    "min_anystr_length": "str_min_length",
    "anystr_lower": "str_to_lower",
    "anystr_upper": "str_to_upper",
}
_OURS = {name: Bound(Const(True), Scope("")) for name in ("populate_by_name", "serialize_by_alias")}


class Settings(msgspec.Struct, frozen=True):
    """What of a model's configuration changes what it takes and gives; ``altered``: texts, before all else."""

    extra: str = ""
    by_name: bool = False
    by_alias: bool = True
    dumps_by_alias: bool = False
    alias_generator: Bound | None = None
    strict: bool = False
    numbers_as_text: bool = False
    min_length: int | None = None
    max_length: int | None = None
    altered: bool = False


def settings(line: Line, lineage: Lineage) -> Settings:
    """The settings of a class: those of its ancestors, each overridden by its descendants'."""
    said: dict[str, Bound] = {} if OWN_MODELS.isdisjoint(line.outside) else dict(_OURS)
    for ancestor in reversed(line.ancestors):
        said |= own(ancestor, lineage)
    return Settings(
        extra=_word(said.get("extra"), lineage),
        by_name=_is(said, lineage, "populate_by_name") or _is(said, lineage, "validate_by_name"),
        by_alias=not _is_not(said, lineage, "validate_by_alias"),
        dumps_by_alias=_is(said, lineage, "serialize_by_alias"),
        alias_generator=said.get("alias_generator"),
        strict=_is(said, lineage, "strict"),
        numbers_as_text=_is(said, lineage, "coerce_numbers_to_str"),
        min_length=_whole(said.get("str_min_length"), lineage),
        max_length=_whole(said.get("str_max_length"), lineage),
        altered=any(_is(said, lineage, f"str_{how}") for how in ALTERING)
        or _word(said.get("regex_engine"), lineage) == "python-re",
    )


def own(ancestor: Ancestor, lineage: Lineage) -> dict[str, Bound]:
    """What one class sets itself, by Pydantic's present names."""
    scope = ancestor.scope
    pairs: list[tuple[str, Expr, Scope]] = []
    for member in ancestor.facts.members:
        if member.name == "model_config" and member.value is not None:
            pairs += _pairs(member.value, scope, lineage)
    for inner in ancestor.facts.classes:
        if inner.name == "Config":
            pairs += [(member.name, member.value, scope) for member in inner.members if member.value is not None]
    pairs += [(name, value, scope) for name, value in ancestor.facts.keywords]
    return {RENAMED.get(name, name): Bound(value, where) for name, value, where in pairs}


def _pairs(value: Expr, scope: Scope, lineage: Lineage, depth: int = 0) -> list[tuple[str, Expr, Scope]]:
    """The keys and values of ``ConfigDict(…)``, a dict, or a name of either; spreads included."""
    found: list[tuple[str, Expr, Scope]] = []
    match value:
        case Call(keywords=keywords, arguments=arguments):
            for argument in arguments:
                found += _pairs(argument, scope, lineage, depth + 1)
            for name, item in keywords:
                found += _pairs(item, scope, lineage, depth + 1) if name == "**" else [(name, item, scope)]
        case Map(keys, values):
            for key, item in zip(keys, values, strict=True):
                if isinstance(key, Const) and isinstance(key.value, str):
                    found.append((key.value, item, scope))
                else:
                    found += _pairs(item, scope, lineage, depth + 1)
        case Ref(name) if depth < 8:
            found += _named(name, scope, lineage, depth)
    return found


def _named(name: str, scope: Scope, lineage: Lineage, depth: int) -> list[tuple[str, Expr, Scope]]:
    match lineage.resolve(name, scope):
        case Found(thing=Member(value=Call() | Map() as value), uri=uri, rest=()):
            return _pairs(value, Scope(uri), lineage, depth + 1)
        case Found(thing=ClassFacts(), rest=("model_config",)) as found:
            line = lineage.line(Found(found.uri, found.path, found.thing))
            said: dict[str, Bound] = {}
            for ancestor in reversed(line.ancestors):
                said |= own(ancestor, lineage)
            return [(key, bound.expression, bound.scope) for key, bound in said.items()]
        case _:
            return []


def _word(bound: Bound | None, lineage: Lineage) -> str:
    """``"forbid"`` of the text, or of ``Extra.forbid``."""
    if bound is None:
        return ""
    match bound.expression:
        case Ref(name) if canonical(lineage.outside(bound.expression, bound.scope)).startswith("pydantic.Extra."):
            return name.rpartition(".")[2]
        case expression:
            return text(expression, bound.scope, lineage) or ""


def _is(said: dict[str, Bound], lineage: Lineage, name: str) -> bool:
    bound = said.get(name)
    return bound is not None and flag(bound.expression, bound.scope, lineage) is True


def _is_not(said: dict[str, Bound], lineage: Lineage, name: str) -> bool:
    bound = said.get(name)
    return bound is not None and flag(bound.expression, bound.scope, lineage) is False


def _whole(bound: Bound | None, lineage: Lineage) -> int | None:
    return whole(bound.expression, bound.scope, lineage) if bound else None
