"""What a CHECK says about single columns, as limits on their values; only what is surely understood is said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

import msgspec

from pgconform.constraints.expression import (
    Call,
    Cast,
    Column,
    Compare,
    Constant,
    Items,
    Junction,
    Node,
    NotParsedError,
    Null,
    parse,
)
from pgconform.constraints.jsonschema import said_of_json
from pgconform.shape import WIDTHS, Array, Bounds, Labels, Scalar, Type
from pgconform.support.patterns import deferred

_NUMBERS = frozenset(WIDTHS) | {"numeric", "float4", "float8"}
_TEXTS = frozenset({"text", "varchar"})
_WIDENING = {
    **dict.fromkeys(WIDTHS, frozenset({"smallint", "integer", "bigint", "numeric", "double precision"})),
    "float4": frozenset({"double precision"}),
    **dict.fromkeys(("text", "varchar", "bpchar"), frozenset({"text", "character varying", "bpchar"})),
}
_WHOLE = frozenset({"smallint", "integer", "bigint"})
_MIRROR = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "<>": "<>"}
_LENGTHS = frozenset({"length", "char_length", "character_length"})
_LIMITS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ITEM = deferred(r'"((?:[^"\\]|\\.)*)"|([^",{}\\]+)')


class Reading(msgspec.Struct, frozen=True):
    """``bounds`` and ``not_null`` follow from the CHECK; ``whole``: together they say all that it says."""

    bounds: dict[str, Bounds] = {}
    not_null: frozenset[str] = frozenset()
    whole: bool = False


NOTHING = Reading()
_TRUE = Reading(whole=True)


def read_check(expression: str, types: Mapping[str, Type]) -> Reading:
    """The reading of a CHECK's expression, as `pg_get_expr` writes it, over columns of these types."""
    try:
        return _read(parse(expression), types)
    except NotParsedError:
        return NOTHING


def merged(one: Bounds | None, other: Bounds | None) -> tuple[Bounds | None, bool]:
    """The limits of both; False where not all of them could be kept (two patterns)."""
    if one is None or other is None:
        return (one or other, True)
    values = {name: _tighter(name, one, other) for name in Bounds.__struct_fields__}
    whole = one.pattern is None or other.pattern is None or one.pattern == other.pattern
    return msgspec.structs.replace(one, **values), whole


def _tighter(name: str, one: Bounds, other: Bounds) -> object:
    mine, others = getattr(one, name), getattr(other, name)
    if mine is None or others is None:
        return others if mine is None else mine
    match name:
        case "ge" | "gt":
            return max(mine, others, key=Decimal)
        case "le" | "lt":
            return min(mine, others, key=Decimal)
        case "min_length":
            return max(mine, others)
        case "max_length":
            return min(mine, others)
        case "labels":
            return tuple(label for label in mine if label in others)
        case _:
            return mine


def _read(node: Node, types: Mapping[str, Type]) -> Reading:
    match node:
        case Call() | Compare() if said_of_json(node):
            return _TRUE
        case Junction("AND", terms):
            return _all([_read(term, types) for term in terms])
        case Junction("OR", terms):
            return _any(terms, types)
        case Null(Column(name), True):
            return Reading(not_null=frozenset({name}), whole=True)
        case Compare(operator, left, right, ""):
            return _compared(operator, left, right, types)
        case Compare("=", left, right, "ANY"):
            return _one_of(left, _items(right), types)
        case Constant("true"):
            return _TRUE
        case _:
            return NOTHING


def _all(readings: list[Reading]) -> Reading:
    bounds: dict[str, Bounds] = {}
    whole = all(reading.whole for reading in readings)
    for reading in readings:
        for name, more in reading.bounds.items():
            joined, kept = merged(bounds.get(name), more)
            whole = whole and kept
            if joined is not None:
                bounds[name] = joined
    return Reading(bounds, frozenset().union(*(reading.not_null for reading in readings)), whole)


def _any(terms: tuple[Node, ...], types: Mapping[str, Type]) -> Reading:
    """``x IS NULL OR …`` says of x what the rest says; alternatives of equality are a closed set."""
    nulls = {name for term in terms if (name := _null(term))}
    rest = [term for term in terms if not _null(term)]
    reading = _read(rest[0], types) if len(rest) == 1 else _alternatives([_read(term, types) for term in rest])
    concerned = set(reading.bounds) | reading.not_null
    if nulls and (len(nulls) > 1 or concerned != nulls):
        return NOTHING
    return Reading(reading.bounds, reading.not_null - nulls, reading.whole)


def _null(term: Node) -> str:
    """The column of ``column IS NULL``, else ""."""
    match term:
        case Null(Column(name), False):
            return name
        case _:
            return ""


def _alternatives(readings: list[Reading]) -> Reading:
    names = {name for reading in readings for name in reading.bounds}
    if len(names) != 1 or any(reading.not_null or not reading.bounds for reading in readings):
        return NOTHING
    name = names.pop()
    labels = [label for reading in readings for label in reading.bounds[name].labels or ()]
    closed = all(reading.bounds[name] == Bounds(labels=reading.bounds[name].labels) for reading in readings)
    if not closed or not all(reading.bounds[name].labels for reading in readings):
        return NOTHING
    return Reading({name: Bounds(labels=tuple(dict.fromkeys(labels)))}, whole=all(r.whole for r in readings))


def _compared(operator: str, left: Node, right: Node, types: Mapping[str, Type]) -> Reading:
    if _constant(left) is not None and _constant(right) is None:
        if operator not in _MIRROR:
            return NOTHING
        operator, left, right = _MIRROR[operator], right, left
    value = _constant(right)
    if value is None:
        return NOTHING
    match left:
        case Call():
            return _of_call(left, operator, value, types)
        case Compare("%", inner, divisor, "") if operator == "=" and value == "0":
            return _multiple(inner, divisor, types)
    name = _column(left, types)
    return _of_column(name, operator, value, types) if name else NOTHING


def _of_column(name: str, operator: str, value: str, types: Mapping[str, Type]) -> Reading:
    type_ = types.get(name)
    kind = type_.kind if isinstance(type_, Scalar) else ""
    if operator == "=":
        return _labelled(name, (value,), type_)
    if operator == "<>" and value == "" and kind in _TEXTS:
        return _bounded(name, Bounds(min_length=1))
    if operator in ("~", "~*") and kind in _TEXTS:
        return _bounded(name, Bounds(pattern=value if operator == "~" else f"(?i){value}"))
    if operator in _LIMITS and kind in _NUMBERS and _is_number(value):
        return _bounded(name, msgspec.structs.replace(Bounds(), **{_LIMITS[operator]: value}))
    return NOTHING


def _of_call(call: Call, operator: str, value: str, types: Mapping[str, Type]) -> Reading:
    match call:
        case Call(name, (Call("btrim", (inner,)),)) if name in _LENGTHS:
            return _trimmed(inner, operator, value, types)
        case Call("mod", (inner, divisor)) if operator == "=" and value == "0":
            return _multiple(inner, divisor, types)
        case Call(name, (inner, *more)) if value.isdecimal():
            column = _column(inner, types)
            counts = _counts(name, more, operator, types.get(column))
            return _measured(column, operator, int(value)) if counts else NOTHING
    return NOTHING


def _counts(call: str, more: list[Node], operator: str, type_: Type | None) -> bool:
    """The call counts the characters or items of a value of that type, however many there are."""
    if isinstance(type_, Scalar):
        return type_.kind in _TEXTS and call in _LENGTHS and not more
    if not isinstance(type_, Array):
        return False
    empty_is_null = call == "array_length" and more == [Constant("1", number=True)]
    return call == "cardinality" or (empty_is_null and operator in ("<", "<="))


def _trimmed(inner: Node, operator: str, value: str, types: Mapping[str, Type]) -> Reading:
    """At least as long as without its spaces; that spaces alone do not count is more than a limit says."""
    untrimmed = Call("length", (inner,))
    return Reading(_of_call(untrimmed, operator, value, types).bounds) if operator in (">", ">=") else NOTHING


def _measured(name: str, operator: str, count: int) -> Reading:
    match operator:
        case "<":
            return _bounded(name, Bounds(max_length=count - 1)) if count else NOTHING
        case "<=":
            return _bounded(name, Bounds(max_length=count))
        case ">":
            return _bounded(name, Bounds(min_length=count + 1))
        case ">=":
            return _bounded(name, Bounds(min_length=count))
        case "=":
            return _bounded(name, Bounds(min_length=count, max_length=count))
        case "<>" if count == 0:
            return _bounded(name, Bounds(min_length=1))
        case _:
            return NOTHING


def _multiple(inner: Node, divisor: Node, types: Mapping[str, Type]) -> Reading:
    name, value = _column(inner, types), _constant(divisor)
    type_ = types.get(name)
    exact = isinstance(type_, Scalar) and (type_.kind in WIDTHS or type_.kind == "numeric")
    if not exact or value is None or not _is_number(value) or Decimal(value) <= 0:
        return NOTHING
    return _bounded(name, Bounds(multiple_of=value))


def _one_of(left: Node, values: tuple[str, ...] | None, types: Mapping[str, Type]) -> Reading:
    name = _column(left, types)
    return _labelled(name, values, types.get(name)) if name and values else NOTHING


def _labelled(name: str, values: tuple[str, ...], type_: Type | None) -> Reading:
    match type_:
        case Labels() | Scalar(kind="text" | "varchar" | "bpchar"):
            return _bounded(name, Bounds(labels=tuple(dict.fromkeys(values))))
        case Scalar(kind="int2" | "int4" | "int8") if all(value.lstrip("-").isdecimal() for value in values):
            return _bounded(name, Bounds(labels=tuple(dict.fromkeys(values))))
        case _:
            return NOTHING


def _bounded(name: str, bounds: Bounds) -> Reading:
    return Reading({name: bounds}, whole=True)


def _column(node: Node, types: Mapping[str, Type]) -> str:
    """The column's name, if the node is a column whose casts cannot change the value; else ""."""
    casts = []
    while isinstance(node, Cast):
        casts.append(node.type)
        node = node.value
    if not isinstance(node, Column) or node.name not in types:
        return ""
    type_ = types[node.name]
    allowed = _WIDENING.get(type_.kind, frozenset[str]()) if isinstance(type_, Scalar) else frozenset[str]()
    return node.name if all(cast in allowed for cast in casts) else ""


def _constant(node: Node) -> str | None:
    """The text of a constant, under casts that cannot change it."""
    casts = []
    while isinstance(node, Cast):
        casts.append(node.type)
        node = node.value
    if not isinstance(node, Constant) or node.text is None or any("(" in cast for cast in casts):
        return None
    return None if casts and "." in node.text and node.number and casts[-1] in _WHOLE else node.text


def _items(node: Node) -> tuple[str, ...] | None:
    """The texts of ARRAY[…] or '{…}'; None when any is no constant or NULL, which would let everything pass."""
    while isinstance(node, Cast):
        node = node.value
    match node:
        case Items(values):
            texts = [_constant(value) for value in values]
            return None if None in texts else tuple(text for text in texts if text is not None)
        case Constant(str(text)) if text.startswith("{") and text.endswith("}") and "{" not in text[1:-1]:
            return _array_literal(text[1:-1])
        case _:
            return None


def _array_literal(text: str) -> tuple[str, ...] | None:
    found = [re.sub(r"\\(.)", r"\1", quoted) if quoted or not bare else bare for quoted, bare in _ITEM.findall(text)]
    bare_null = any(bare.upper() == "NULL" for _, bare in _ITEM.findall(text))
    return None if bare_null else tuple(found)


def _is_number(text: str) -> bool:
    return re.fullmatch(r"-?\d+(\.\d*)?|-?\.\d+", text) is not None
