"""Limits and converters that stand in ``Field(…)``, in ``Annotated[…]`` or in a constrained type."""

from __future__ import annotations

import msgspec

from pgconform.shape import Bounds
from pgconform.sources.python.facts.classes import ClassFacts, Member
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Ref
from pgconform.sources.python.models.constants import flag, number, text, whole
from pgconform.sources.python.models.lineage import Lineage, Scope
from pgconform.sources.python.modules.project import Found

_NUMBERS = ("ge", "gt", "le", "lt", "multiple_of")
_WHOLES = ("min_length", "max_length", "max_digits", "decimal_places")
_OLD = {"min_items": "min_length", "max_items": "max_length", "regex": "pattern"}
ALTERING = frozenset({"strip_whitespace", "to_lower", "to_upper"})
_FIELDS = frozenset({"pydantic.Field", "sqlmodel.Field", "pydantic.StringConstraints"})
_ONE = {
    "annotated_types.Gt": "gt",
    "annotated_types.Ge": "ge",
    "annotated_types.Lt": "lt",
    "annotated_types.Le": "le",
    "annotated_types.MultipleOf": "multiple_of",
    "annotated_types.MinLen": "min_length",
    "annotated_types.MaxLen": "max_length",
    "pydantic.Strict": "strict",
    "pydantic.AllowInfNan": "allow_inf_nan",
}
_SHAPED = {"annotated_types.Interval": ("gt", "ge", "lt", "le"), "annotated_types.Len": ("min_length", "max_length")}
_TAKEN = frozenset({"pydantic.BeforeValidator", "pydantic.WrapValidator", "pydantic.PlainValidator"})
_GIVEN = frozenset({"pydantic.PlainSerializer", "pydantic.WrapSerializer"})
_BOTH = frozenset({"pydantic.WrapValidator", "pydantic.PlainValidator", "pydantic.GetPydanticSchema"})
_SKIPS = frozenset({"pydantic.SkipValidation", "pydantic.ValidateAs", "pydantic.InstanceOf", "pydantic.EncodedStr"})


class Facets(msgspec.Struct, frozen=True):
    """What stands beside a type. ``taken_freely``: something converts the input first, so the type says too little.

    ``given_freely``: something converts the output.
    """

    bounds: Bounds | None = None
    taken_freely: bool = False
    given_freely: bool = False

    def __or__(self, other: Facets) -> Facets:
        return Facets(
            merged(self.bounds, other.bounds),
            self.taken_freely or other.taken_freely,
            self.given_freely or other.given_freely,
        )


NOTHING = Facets()
ANYTHING = Facets(None, True, True)
CUSTOM = frozenset({"__get_pydantic_core_schema__", "__get_validators__"})
_DEPTH = 4


def merged(one: Bounds | None, other: Bounds | None) -> Bounds | None:
    """The limits of both; where both set one, the later counts."""
    if one is None or other is None:
        return one or other
    said = {name: value for name in Bounds.__struct_fields__ if (value := getattr(other, name)) is not None}
    return msgspec.structs.replace(one, **said)


def facets(expression: Expr, scope: Scope, lineage: Lineage, depth: int = 0) -> Facets:
    """What an argument of Annotated, or a call of Field, adds to a type; what cannot be told may do anything."""
    function = expression.function if isinstance(expression, Call) else expression
    name = lineage.outside(function, scope)
    if name in _TAKEN | _GIVEN | _BOTH | _SKIPS:
        both = name in _BOTH | _SKIPS
        return Facets(None, both or name in _TAKEN, both or name in _GIVEN)
    if name == "pydantic.Strict" and not (isinstance(expression, Call) and expression.arguments):
        return Facets(Bounds(strict=True))
    if name:
        return Facets(_limits(name, expression, scope, lineage)) if isinstance(expression, Call) else NOTHING
    match lineage.resolve(function.name, scope) if isinstance(function, Ref) else None:
        case Found(thing=Member(value=Ref() | Call() as value), uri=uri, rest=()) if depth < _DEPTH:
            return facets(value, Scope(uri), lineage, depth + 1)
        case Found(thing=ClassFacts(methods=methods)):
            return ANYTHING if any(method.name in CUSTOM for method in methods) else NOTHING
        case _:
            return NOTHING if isinstance(expression, Const) else ANYTHING


def _limits(name: str, call: Call, scope: Scope, lineage: Lineage) -> Bounds | None:
    if name in _FIELDS:
        return limits(call, scope, lineage)
    keywords = (_ONE[name],) if name in _ONE else _SHAPED.get(name, ())
    said = tuple(zip(keywords, call.arguments, strict=False)) + call.keywords
    return limits(Call(call.function, (), said), scope, lineage) if keywords else None


def limits(call: Call, scope: Scope, lineage: Lineage) -> Bounds | None:
    """The limits among a call's keywords; None when it sets none."""
    said: dict[str, object] = {}
    for keyword, value in call.keywords:
        name = _OLD.get(keyword, keyword)
        if name in _NUMBERS:
            said[name] = number(value, scope, lineage)
        elif name in _WHOLES:
            said[name] = whole(value, scope, lineage)
            if name == "min_length" and said[name] == 0:
                said[name] = None
        elif name == "pattern":
            said[name] = _pattern(value, scope, lineage)
            if isinstance(value, Call):
                said["altered"] = True
        elif name in ("strict", "allow_inf_nan"):
            said[name] = flag(value, scope, lineage)
        elif name in ALTERING and flag(value, scope, lineage) is not False:
            said["altered"] = True
    kept = {name: value for name, value in said.items() if value is not None}
    return msgspec.structs.replace(Bounds(), **kept) if kept else None


def _pattern(value: Expr, scope: Scope, lineage: Lineage) -> str | None:
    """A regular expression, compiled or not."""
    match value:
        case Call(function=function, arguments=(argument, *_)) if lineage.outside(function, scope) == "re.compile":
            return text(argument, scope, lineage)
        case _:
            return text(value, scope, lineage)
