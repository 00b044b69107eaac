"""Constant values a request sends, and those that Postgres cannot read as the column's type."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, Final

from pgconform.postgrest.comparing import RANGES, supports
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.literals import readable
from pgconform.postgrest.syntax import Operation
from pgconform.request import HOLE, Operand, Payload
from pgconform.shape import Array, Location, Scalar, Struct, Type

_COMPARED: Final = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "isdistinct", "in", "cs", "cd", "ov"})
_NEAR: Final = 8
_SETS: Final = frozenset({"cs", "cd", "ov"})
_JSON: Final = frozenset({"json", "jsonb"})


def unreadable_operands(operation: Operation, type_: Type, config: PostgrestConfig) -> Iterator[tuple[str, Type]]:
    """The operands of a filter that the server cannot read, each with the type it reads it as."""
    if operation.operator not in _COMPARED or supports(type_, operation.operator, config) is not True:
        return
    for text, as_type in _operands(operation, type_):
        if HOLE not in text and readable(text, as_type) is False:
            yield text, as_type


def _operands(operation: Operation, type_: Type) -> Iterable[tuple[str, Type]]:
    if operation.operands is not None:
        return () if operation.operands == ("",) else [(text, type_) for text in operation.operands]
    if operation.quantifier:
        return [(operation.value, Array(type_))]
    element = operation.operator in _SETS and isinstance(type_, Scalar) and type_.kind in RANGES
    return () if element else [(operation.value, type_)]


def unreadable(value: Any, type_: Type) -> str | None:
    """The text of a payload's value that the server cannot read as this type, None where it can or nobody knows."""
    if value is None or isinstance(type_, Struct) or (isinstance(type_, Scalar) and type_.kind in _JSON):
        return None
    if isinstance(value, list) and isinstance(type_, Array):
        refused = (unreadable(item, Array(type_.of) if isinstance(item, list) else type_.of) for item in value)
        return next((text for text in refused if text is not None), None)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if readable(text, type_) is False else None


def too_long(value: Any, type_: Type) -> bool:
    """The text does not fit a varchar(n) or char(n); spaces at its end do not count."""
    if not isinstance(value, str) or not isinstance(type_, Scalar) or type_.kind not in ("varchar", "bpchar"):
        return False
    return bool(type_.size) and len(value.rstrip(" ")) > type_.size[0]


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
