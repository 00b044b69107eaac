"""The Python types of values, as far as they are known."""

from __future__ import annotations

from pgconform.shape import Array, Field, Labels, Scalar, Struct, Type, Unknown
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.kinds import (
    Dict,
    Either,
    External,
    List,
    Lit,
    Opaque,
    Str,
    Value,
    is_none,
)

DEEPEST = 12
"""Dicts and lists within one another; of deeper ones is said only that they are some."""


def type_of(value: Value, deep: int = DEEPEST) -> Type:
    """The Python type of a value; a constant text is the set of that one text."""
    match value:
        case Opaque(type=found):
            return found
        case Lit(value=None):
            return Scalar("py.none")
        case Lit(value=constant):
            return Scalar(f"py.{type(constant).__name__}")
        case Str(text=text):
            return Labels((text.value,)) if text.whole else _text_type(text.value)
        case Dict(entries=entries, whole=True) if deep:
            return Struct(tuple([_field(entry, deep - 1) for entry in entries.values()]))
        case Dict():
            return Scalar("py.dict")
        case List(items=items):
            return _list_type(items, deep - 1) if deep else Scalar("py.list")
        case External(name=name, made=True):
            return _MADE.get(name, Unknown())
    return Unknown()


def is_said(value: Value) -> bool:
    """An annotation alone tells the type, of the value or of what is in the list that it is."""
    if isinstance(value, List):
        return any(is_said(item) for item in value.items)
    return isinstance(value, Opaque) and value.said


def _text_type(known: str) -> Type:
    """The type of a text of which only a part is known; one that begins as bytea's hex form may well be that."""
    return Unknown() if known.startswith("\\x") else Scalar("py.str")


def _field(entry: Entry, deep: int) -> Field:
    value = entry.quick()
    if isinstance(value, Either):
        return Field(entry.key.value, nullable=None)
    return Field(entry.key.value, type_of(value, deep), nullable=is_none(value))


def _list_type(items: tuple[Value, ...], deep: int) -> Type:
    found = {type_of(item, deep) for item in items if not isinstance(item, Either)}
    if len(found) == 1 and not any(isinstance(item, Either) for item in items):
        return Array(found.pop())
    if found and all(isinstance(item, Labels) for item in found):
        return Array(Scalar("py.str"))
    return Scalar("py.list")


_MADE: dict[str, Type] = {
    "datetime.datetime": Scalar("py.datetime"),
    "datetime.date": Scalar("py.date"),
    "decimal.Decimal": Scalar("py.decimal"),
    "uuid.UUID": Scalar("py.uuid"),
}
