"""What an annotation says: a type, whether None is taken, and what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from pgconform.shape import Array, Bounds, Labels, Scalar, Type, Union, Unknown
from pgconform.sources.python.facts.expressions import Expr, spell
from pgconform.sources.python.models.constraints import NOTHING, Facets
from pgconform.sources.python.models.lineage import Bound
from pgconform.sources.python.vocabulary.kinds import STRICT

NONE = Scalar("py.none", raw="None")


class Said(msgspec.Struct, frozen=True):
    """What an annotation says. ``nullable``: None is taken; ``marks`` are qualifiers like ``typing.ClassVar``.

    ``metadata`` are the arguments of an outermost Annotated, with where they stand.
    """

    type: Type
    nullable: bool = False
    facets: Facets = NOTHING
    marks: frozenset[str] = frozenset()
    metadata: tuple[Bound, ...] = ()


def unknown(expression: Expr) -> Said:
    """What nobody can tell: it may well take None."""
    return Said(Unknown(spell(expression)), nullable=True, facets=Facets(None, True, True))


def literal(values: Iterable[object], raw: str) -> Said:
    """A closed set of constants: texts are labels, numbers only their kind; None is no option but nullable."""
    listed = list(values)
    texts = tuple(dict.fromkeys(value for value in listed if isinstance(value, str)))
    kinds = dict.fromkeys(f"py.{type(value).__name__}" for value in listed if isinstance(value, int | float))
    types: tuple[Type, ...] = (*([Labels(texts, raw)] if texts else []), *(Scalar(kind, raw=raw) for kind in kinds))
    if not types:
        return Said(NONE, nullable=True)
    type_ = types[0] if len(types) == 1 else Union(types, raw)
    return Said(type_, None in listed, Facets(_ends(listed)) if tuple(kinds) == ("py.int",) and not texts else NOTHING)


def _ends(values: list[object]) -> Bounds:
    numbers = [value for value in values if isinstance(value, int)]
    return Bounds(ge=str(min(numbers)), le=str(max(numbers)))


def strictly(type_: Type) -> Type:
    """The type as it is under Strict(), where there is a word for that."""
    if isinstance(type_, Scalar) and (kind := type_.kind.replace("py.", "py.strict_", 1)) in STRICT:
        return replace(type_, kind=kind)
    return type_


def strictly_within(type_: Type) -> Type:
    """The type as a whole model's strict=True has it: items and options as well."""
    match type_:
        case Array(of=of):
            return replace(type_, of=strictly_within(of))
        case Union(options=options):
            return replace(type_, options=tuple(map(strictly_within, options)))
        case _:
            return strictly(type_)


def tightened(said: Said) -> Said:
    """The same, with Strict() made part of the type where there is a word for it."""
    bounds = said.facets.bounds
    if bounds is None or not bounds.strict or (strict := strictly(said.type)) is said.type:
        return said
    rest = replace(bounds, strict=None)
    return replace(said, type=strict, facets=replace(said.facets, bounds=None if rest == Bounds() else rest))
