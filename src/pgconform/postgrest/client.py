"""What postgrest-py makes of the values of a chain before it sends them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from pgconform.request import HOLE, Filter, Operand

_RESERVED = frozenset(',:()"\\')
_PLAIN = frozenset({"eq", "neq", "gt", "gte", "lt", "lte", "match"})
_CONTAINERS: Final = frozenset({"contains", "contained_by", "ov", "overlaps"})
_ITERATED: Final = frozenset({"cs", "cd"})
_RANGED: Final = frozenset(
    ["sl", "sr", "nxl", "nxr", "adj", "range_gt", "range_gte", "range_lt", "range_lte", "range_adjacent"]
)
_BRACED: Final = frozenset({"like_all_of", "like_any_of", "ilike_all_of", "ilike_any_of"})
_TRILEAN: Final = {None: "null", True: "true", False: "false"}


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sanitized(text: str) -> str:
    """A filter's column or a list's element: quoted when it holds a character the grammar reserves."""
    return quoted(text) if _RESERVED.intersection(text) else text


def operand(call: Filter) -> str:
    """The text after the operator's dot, `HOLE` where it is not known."""
    known = constant(call.value)
    if known is UNKNOWN:
        return f"({HOLE})" if call.method == "in_" else HOLE
    return _spelled(call.method, known)


class _Unknown:
    """The value of an operand that is no constant."""


UNKNOWN: Final = _Unknown()


def constant(value: Operand) -> Any:
    """The Python value of a constant, else `UNKNOWN`."""
    return UNKNOWN if value.json is None else json.loads(value.json)


def _spelled(method: str, value: Any) -> str:
    if method == "in_":
        elements = value if isinstance(value, str | list | dict) else [value]
        return "(" + ",".join(sanitized(serialized(element)) for element in elements) + ")"
    if method in _CONTAINERS:
        return value if isinstance(value, str) else _contained(value)
    if method in _ITERATED:
        return array_literal(value) if isinstance(value, str | list | dict) else HOLE
    if method in _RANGED:
        return f"({value[0]},{value[1]})" if isinstance(value, str | list) and len(value) > 1 else HOLE
    if method in _BRACED:
        return f"{{{value}}}"
    if method == "is_":
        return _TRILEAN.get(value, str(value)) if isinstance(value, bool | None) else str(value)
    return serialized(value) if method in _PLAIN else str(value)


def _contained(value: Any) -> str:
    return array_literal(value) if isinstance(value, list) else json.dumps(value)


def serialized(value: Any) -> str:
    """A value of ``eq`` and its like."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case dict() | list():
            return json.dumps(value, separators=(",", ":"))
        case _:
            return str(value)


def array_literal(values: Iterable[Any]) -> str:
    """``{a,b}``, each element quoted where Postgres needs it."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value)
    plain = text and text.lower() != "null" and not any(mark in '{},"\\' or mark.isspace() for mark in text)
    return text if plain else quoted(text)
