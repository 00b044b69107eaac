"""Which operators Postgres has for which types, measured on the server itself."""

from __future__ import annotations

from typing import Final

from pgconform.postgrest.builtin import SORTED
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.operators import SEARCH
from pgconform.postgrest.syntax import JsonStep, Operation
from pgconform.shape import JSONS, Array, Field, Labels, Scalar, Struct, Type, Unknown

JSONB: Final = Scalar("jsonb", raw="jsonb")
TEXT: Final = Scalar("text", raw="text")

TEXTUAL: Final = frozenset({"text", "varchar", "bpchar", "name", "char", "citext"})
RANGES: Final = frozenset(
    {f"{of}{form}" for of in ("int4", "int8", "num", "ts", "tstz", "date") for form in ("range", "multirange")}
)
COMPARED: Final = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "match"})
"""The client's methods that send one value to be compared with; ``match`` is several ``eq``."""
PATTERNS: Final = frozenset({"like", "ilike", "match", "imatch"})

_EQUAL = frozenset({"eq", "isdistinct", "in"})
_ORDERED = _EQUAL | {"neq", "gt", "gte", "lt", "lte", "order"}
_SETS = frozenset({"cs", "cd", "ov"})
_OF_ARRAYS = _ORDERED - {"in", "order"} | _SETS
_SIDES = frozenset({"sl", "sr", "nxr", "nxl"})
_SUPPORT: Final[dict[str, frozenset[str]]] = {
    **dict.fromkeys(SORTED, _ORDERED),
    **dict.fromkeys(TEXTUAL, _ORDERED | PATTERNS),
    **dict.fromkeys(RANGES, _ORDERED | _SETS | _SIDES | {"adj"}),
    **dict.fromkeys(("inet", "cidr"), _ORDERED | {"ov", "sl", "sr"}),
    **dict.fromkeys(("json", "jsonpath", "refcursor", "xml", "txid_snapshot"), frozenset[str]()),
    "bytea": _ORDERED | {"like"},
    "jsonb": _ORDERED | {"cs", "cd"},
    "tsvector": _ORDERED,
    "tsquery": _ORDERED | _SETS - {"ov"},
    "xid": _EQUAL | {"neq"},
    "cid": _EQUAL,
    "point": frozenset({"neq", "sl", "sr"}),
    "line": _EQUAL,
    "lseg": _ORDERED - {"order"},
    "path": _ORDERED - {"order", "neq"} | {"cs"},
    "box": _ORDERED - {"order", "neq"} | _SETS | _SIDES,
    "polygon": _SETS | _SIDES,
    "circle": _ORDERED - {"order"} | _SETS | _SIDES,
}
_SEARCHED: Final = TEXTUAL | {"tsvector"}


def supports(type_: Type, operator: str, config: PostgrestConfig) -> bool | None:
    """Whether the type has the operator (or ``order``) with a literal of its own type; None is not known."""
    match type_:
        case Array(of=of) if operator == "order":
            return supports(of, operator, config)
        case Array():
            return operator in _OF_ARRAYS
        case Labels():
            return operator in _ORDERED
        case Struct(fields=fields) if operator == "order":
            return _sorts(fields, config)
        case Struct():
            return None if operator in _ORDERED else False
        case Scalar(kind=kind) if operator in SEARCH:
            return _searchable(kind, config)
        case Scalar(kind=kind):
            known = _SUPPORT.get(kind)
            return None if known is None else operator in known
        case _:
            return None


def compares(type_: Type, operation: Operation, config: PostgrestConfig) -> bool:
    """Whether a filter may compare the type so; what is not known may.

    There is no array of arrays for one of several (``eq(any)``), and no text is ever read as a row.
    """
    if isinstance(type_, Struct):
        return operation.operands == ("",)
    if isinstance(type_, Array) and operation.quantifier:
        return False
    return supports(type_, operation.operator, config) is not False


def _sorts(fields: tuple[Field, ...], config: PostgrestConfig) -> bool | None:
    """Rows have an order where each of their columns has."""
    said = {supports(field.type, "order", config) for field in fields}
    return False if False in said else None if None in said or not said else True


def _searchable(kind: str, config: PostgrestConfig) -> bool | None:
    if kind not in _SUPPORT:
        return None
    return kind in _SEARCHED or (config.since(13) and kind in JSONS)


def truthful(type_: Type) -> bool | None:
    """The type can be compared with ``is.true``, ``is.false`` and ``is.unknown``."""
    match type_:
        case Scalar(kind=kind):
            return kind == "bool" if kind in _SUPPORT else None
        case Array() | Labels() | Struct():
            return False
        case _:
            return None


def through(type_: Type, steps: tuple[JsonStep, ...]) -> Type | None:
    """What a JSON path makes of a column's type; None: an arrow follows a ``->>``, which gives text."""
    for place, step in enumerate(steps):
        if place and steps[place - 1].arrow == "->>":
            return None
        if step.arrow == "->>":
            type_ = TEXT
        elif isinstance(type_, Unknown | Struct) or not (isinstance(type_, Scalar) and type_.kind == "json"):
            type_ = JSONB
    return type_
