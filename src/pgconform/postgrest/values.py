"""Constant values a request sends, and those that Postgres cannot read as the column's type."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from pgconform.postgrest.comparing import compares
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.literals import readable
from pgconform.postgrest.syntax import Operation
from pgconform.request import HOLE, Operand, Payload
from pgconform.shape import JSONS, Array, Location, Scalar, Struct, Type

_COMPARED: Final = frozenset(
    ["eq", "neq", "gt", "gte", "lt", "lte", "isdistinct", "in", "cs", "cd", "ov", "sl", "sr", "nxl", "nxr", "adj"]
)
_NEAR: Final = 8
_PRECISION: Final = 1000
TSQUERY: Final = Scalar("tsquery", raw="tsquery")
"""What a search is read as."""
_TEXTS: Final = frozenset({"varchar", "bpchar"})
_BITS: Final = frozenset({"bit", "varbit"})


def unreadable_operands(operation: Operation, type_: Type, config: PostgrestConfig) -> Iterator[tuple[str, Type]]:
    """The operands of a filter that the server cannot read, each with the type it reads it as."""
    if not compares(type_, operation, config):
        return
    if operation.operator == "fts":
        if HOLE not in operation.value and readable(operation.value, TSQUERY) is False:
            yield operation.value, TSQUERY
        return
    if operation.operator not in _COMPARED:
        return
    for text, as_type in _operands(operation, type_):
        if HOLE not in text and readable(text, as_type) is False:
            yield text, as_type


def _operands(operation: Operation, type_: Type) -> Iterable[tuple[str, Type]]:
    if operation.operands is not None:
        return () if operation.operands == ("",) else [(text, type_) for text in operation.operands]
    return [(operation.value, Array(type_) if operation.quantifier else type_)]


def unreadable(value: Any, type_: Type) -> str | None:
    """The text of a payload's value that the server cannot read as this type, None where it can or nobody knows."""
    if value is None or (isinstance(type_, Scalar) and type_.kind in JSONS):
        return None
    if isinstance(value, list) and isinstance(type_, Array):
        refused = (unreadable(item, Array(type_.of) if isinstance(item, list) else type_.of) for item in value)
        return next((text for text in refused if text is not None), None)
    text = value if isinstance(value, str) else sent(value)
    if isinstance(type_, Struct) and isinstance(value, dict):
        refused = (unreadable(value[field.name], field.type) for field in type_.fields if field.name in value)
        return next((text for text in refused if text is not None), None)
    if isinstance(type_, Struct):
        return None if text.lstrip().startswith("(") else text
    if isinstance(type_, Array) and isinstance(value, dict):
        return text
    return text if readable(text, type_) is False else None


def sent(value: Any) -> str:
    """A value of a payload as the client's JSON has it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def too_long(value: Any, type_: Type) -> bool:
    """The text, or an element of the list, does not fit a varchar(n) or char(n); spaces at its end do not count.

    Nor does a text of bits that has another number of them than a bit(n), or more than a varbit(n).
    """
    if isinstance(type_, Array) and isinstance(value, list):
        return any(too_long(item, type_ if isinstance(item, list) else type_.of) for item in value)
    if not isinstance(type_, Scalar) or not type_.size or value is None:
        return False
    if type_.kind in _BITS and (bits := re.fullmatch("[bB]?([01]+)", str(value))):
        return len(bits[1]) > type_.size[0] or (type_.kind == "bit" and len(bits[1]) < type_.size[0])
    return isinstance(value, str) and type_.kind in _TEXTS and len(value.rstrip(" ")) > type_.size[0]


def too_large(value: Any, type_: Type) -> bool:
    """The number, rounded as the column asks, has more digits before its point than a numeric(p, s) takes."""
    if isinstance(value, bool) or not isinstance(value, int | float | str) or not isinstance(type_, Scalar):
        return False
    if type_.kind != "numeric" or not type_.size:
        return False
    precision, scale = (*type_.size, 0)[:2]
    try:
        number = Decimal(str(value).strip())
        rounded = number.quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, Context(prec=_PRECISION))
    except ArithmeticError:
        return False
    return number.is_finite() and abs(rounded) >= Decimal(10) ** (precision - scale)


def constants(payload: Payload) -> dict[str, list[Operand]]:
    """The values of the keys of which all are constants."""
    found: defaultdict[str, list[Operand]] = defaultdict(list)
    places = {field.name: field.at for field in payload.fields}
    for name, value in payload.values:
        found[name].append(trusted(value, places.get(name)))
    return {name: values for name, values in found.items() if all(value.json is not None for value in values)}


def said_here(value: Operand, near: Location | None) -> bool:
    """The constant stands in the call itself; one from afar may be a default that something else takes the place of."""
    if value.at is None or near is None:
        return True
    return value.at.uri == near.uri and 0 <= value.at.line - near.line <= _NEAR


def trusted(value: Operand, near: Location | None) -> Operand:
    """The operand, of which nothing is known where it is an empty value from afar."""
    empty = value.json in ("null", '""', "[]", "{}")
    return Operand(at=value.at) if empty and not said_here(value, near) else value
