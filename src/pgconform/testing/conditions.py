"""Conditions on rows: true, false, or unknown (None) where NULL decides, as SQL has it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from pgconform.postgrest.comparing import through
from pgconform.postgrest.syntax import ColumnRef, Operation
from pgconform.shape import JSONS, Array, Scalar, Type
from pgconform.testing.errors import Unsupported
from pgconform.testing.ordering import compare
from pgconform.testing.values import TEXTS, from_text

_SIGNS: Final = {"gt": (1,), "gte": (0, 1), "lt": (-1,), "lte": (-1, 0)}
_SIMPLE: Final = frozenset({"eq", "neq", *_SIGNS})
_SETS: Final = frozenset({"cs", "cd", "ov"})


class Ground:
    """What a condition is about: columns' types by name, and the order of texts."""

    def __init__(self, types: Mapping[str, Type], collation: str) -> None:
        self.types = types
        self.collation = collation

    def type_of(self, ref: ColumnRef) -> Type:
        """The type at the end of a JSON path."""
        name = ref.name.text
        if name not in self.types:
            raise Unsupported(f"{name} is no column of the table: computed fields are not supported by the double")
        found = through(self.types[name], ref.steps)
        if found is None:
            raise Unsupported(f"the type at the end of the path of {name} is not known to the double")
        return found


def reach(row: Mapping[str, Any], ref: ColumnRef) -> Any:
    """The value of a column, or below it at the end of a JSON path; ``->>`` gives a text."""
    value = row.get(ref.name.text)
    for step in ref.steps:
        value = _below(value, step.key, step.kind)
        if step.arrow == "->>" and value is not None and not isinstance(value, str):
            from pgconform.testing.values import encoded

            if isinstance(value, dict | list | float):
                raise Unsupported("->> of an object, a list or a fraction is not supported by the double")
            value = encoded(value).decode()
    return value


def _below(value: Any, key: str, kind: str) -> Any:
    if kind == "index" and isinstance(value, list):
        place = int(key)
        return value[place] if -len(value) <= place < len(value) else None
    return value.get(key) if kind == "key" and isinstance(value, dict) else None


def holds(row: Mapping[str, Any], ref: ColumnRef, operation: Operation, ground: Ground) -> bool | None:
    """Whether the row meets it."""
    value = reach(row, ref)
    found = _met(value, operation, ground.type_of(ref), ground)
    return found if not operation.negated or found is None else not found


def _met(value: Any, operation: Operation, type_: Type, ground: Ground) -> bool | None:
    operator = operation.operator
    if operator == "is":
        return _is(value, operation.value)
    if operator == "isdistinct":
        other = from_text(operation.value, type_)
        return value is None or compare(value, other, type_, ground.collation) != 0
    if operator == "in":
        others = [from_text(text, type_) for text in operation.operands or () if operation.operands != ("",)]
        return None if value is None else any(_same(value, other, type_) for other in others)
    if operation.quantifier:
        return _quantified(value, operation, type_, ground)
    if operator in _SIMPLE:
        return _compared(value, operator, from_text(operation.value, type_), (type_, ground))
    if operator in ("like", "ilike"):
        return _like(value, operation.value, operator, type_)
    if operator in _SETS:
        return _sets(value, operator, operation.value, type_)
    raise Unsupported(f"the operator {operator} is not supported by the double")


def _is(value: Any, word: str) -> bool:
    match word:
        case "null" | "unknown":
            return value is None
        case "not_null":
            return value is not None
    return value is (word == "true")


def _same(value: Any, other: Any, type_: Type) -> bool:
    if isinstance(type_, Scalar) and type_.kind == "citext":
        raise Unsupported("comparing citext is not supported by the double")
    return bool(value == other) if not isinstance(value, bool) else value is other


def _compared(value: Any, operator: str, other: Any, said: tuple[Type, Ground]) -> bool | None:
    type_, ground = said
    if value is None or other is None:
        return None
    if operator in ("eq", "neq"):
        return _same(value, other, type_) is (operator == "eq")
    return compare(value, other, type_, ground.collation) in _SIGNS[operator]


def _quantified(value: Any, operation: Operation, type_: Type, ground: Ground) -> bool | None:
    others = from_text(operation.value, Array(type_))
    if value is None or None in others:
        raise Unsupported("NULL with any or all is not supported by the double")
    if operation.operator in ("like", "ilike"):
        found = [_like(value, other, operation.operator, type_) for other in others]
    elif operation.operator in _SIMPLE:
        found = [_compared(value, operation.operator, other, (type_, ground)) for other in others]
    else:
        raise Unsupported(f"the operator {operation.operator} is not supported by the double")
    return any(found) if operation.quantifier == "any" else all(found)


def _like(value: Any, pattern: str, operator: str, type_: Type) -> bool | None:
    if not (isinstance(type_, Scalar) and type_.kind in TEXTS):
        raise Unsupported(f"{operator} on {type_.raw} is not supported by the double")
    if value is None:
        return None
    return _pattern(pattern.replace("*", "%"), operator == "ilike").fullmatch(value) is not None


@lru_cache(maxsize=256)
def _pattern(text: str, insensitive: bool) -> re.Pattern[str]:
    parts: list[str] = []
    escaped = False
    for mark in text:
        if escaped or mark not in "%_\\":
            parts.append(re.escape(mark))
            escaped = False
        elif mark == "\\":
            escaped = True
        else:
            parts.append(".*" if mark == "%" else ".")
    return re.compile("".join(parts), re.DOTALL | (re.IGNORECASE if insensitive else 0))


def _sets(value: Any, operator: str, text: str, type_: Type) -> bool | None:
    if isinstance(type_, Scalar) and type_.kind in JSONS:
        if operator == "ov":
            raise Unsupported("ov on jsonb is not supported by the double")
        other = from_text(text, type_)
        return None if value is None else _contains(value, other) if operator == "cs" else _contains(other, value)
    if not isinstance(type_, Array):
        raise Unsupported(f"the operator {operator} on {type_.raw} is not supported by the double")
    others = from_text(text, type_)
    if value is None:
        return None
    if operator == "ov":
        return any(item is not None and item in others for item in value)
    mine, theirs = (value, others) if operator == "cs" else (others, value)
    return all(item is not None and item in mine for item in theirs)


def _contains(one: Any, other: Any, top: bool = True) -> bool:
    """``one @> other`` of jsonb."""
    if isinstance(one, dict) and isinstance(other, dict):
        return all(key in one and _contains(one[key], item, False) for key, item in other.items())
    if isinstance(one, list) and isinstance(other, list):
        return all(any(_contains(mine, item, False) for mine in one) for item in other)
    if isinstance(one, list) and top and not isinstance(other, dict | list):
        return any(_contains(mine, other, False) for mine in one)
    return type(one) is type(other) and bool(one == other)


def junction(operator: str, found: Sequence[bool | None]) -> bool | None:
    """``and`` or ``or`` of three-valued truths."""
    decides = operator == "or"
    if decides in found:
        return decides
    return None if None in found else not decides
