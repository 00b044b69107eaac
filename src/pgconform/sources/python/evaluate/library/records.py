"""What Python's own functions read of rows that they are handed: getters, named tuples, namespaces."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pgconform.request import Text
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.containers import item_of
from pgconform.sources.python.evaluate.values.kinds import (
    UNKNOWN,
    Dict,
    External,
    Getter,
    List,
    Record,
    Rows,
    Str,
    Value,
)

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.scopes.given import Given

_NAMED = frozenset({"typename", "field_names", "module"})


class Taken(NamedTuple):
    """A key that is read of a value by no code of the program's; ``method`` is that of the read."""

    value: Value
    key: Text
    method: str


def taken_by(calls: Calls, function: Getter | Record, given: Given) -> Value:
    """What comes of a call of a getter, or of the class of a named tuple; what it reads is noted."""
    return got(calls, function, given) if isinstance(function, Getter) else recorded(calls, function, given)


def item_getter(_: Calls, given: Given) -> Value:
    """``itemgetter(…)``."""
    return Getter(tuple(given.arguments)) if given.plain and given.arguments else UNKNOWN


def attribute_getter(_: Calls, given: Given) -> Value:
    """``attrgetter(…)``."""
    return Getter(tuple(given.arguments), True) if given.plain and given.arguments else UNKNOWN


def got(calls: Calls, getter: Getter, given: Given) -> Value:
    """What a getter gives of a value: one part of it, or a tuple of several."""
    value = given.first()
    if value is None:
        return UNKNOWN
    found = tuple(_part(calls, value, key, attributes=getter.attributes) for key in getter.keys)
    return found[0] if len(found) == 1 else List(found)


def _part(calls: Calls, value: Value, key: Value, *, attributes: bool) -> Value:
    known = key.text.value if isinstance(key, Str) and key.text.whole else ""
    if not attributes:
        if isinstance(key, Str) and known:
            calls.taken.append(Taken(value, key.text, "item"))
        return each(value, lambda one: item_of(one, key))
    if not known or "." in known:
        return UNKNOWN
    if isinstance(key, Str):
        calls.taken.append(Taken(value, key.text, "field"))
    return each(value, lambda one: calls.evaluator.names.attribute(one, known))


def named_tuple(_: Calls, given: Given) -> Value:
    """``namedtuple("Row", "a b")``, ``NamedTuple("Row", [("a", int)])``."""
    name, fields = (*given.arguments, UNKNOWN, UNKNOWN)[:2]
    if not given.plain or not isinstance(name, Str) or any(key not in _NAMED for key, _ in given.op.keywords):
        return External(f"namedtuple {name.text.value}" if isinstance(name, Str) else "namedtuple", made=True)
    found = _fields(given.keyword("field_names") or fields)
    return UNKNOWN if found is None else Record(name.text.value, found)


def _fields(value: Value) -> tuple[str, ...] | None:
    """The names in a text or a list, or at the beginnings of pairs; None where they are not known."""
    match value:
        case Str(text=text) if text.whole:
            return tuple(text.value.replace(",", " ").split())
        case List(items=items, exact=True):
            heads = [item.items[0] if isinstance(item, List) and item.items else item for item in items]
            known = [head.text.value for head in heads if isinstance(head, Str) and head.text.whole]
            return tuple(known) if len(known) == len(items) else None
    return None


def recorded(calls: Calls, record: Record, given: Given) -> Value:
    """``Row(**row)``: each field that nothing else gives must be a column."""
    left = record.fields[len(given.arguments) :]
    if len(given.spread) == 1 and not given.open:
        keywords = {name for name, _ in given.keywords}
        for field in left:
            if field not in keywords:
                calls.taken.append(Taken(given.spread[0], Text(field, given.at), "argument"))
    return UNKNOWN


def namespace(calls: Calls, given: Given) -> Value:
    """``SimpleNamespace(**row)``: an object with the columns as its attributes."""
    if len(given.spread) != 1 or given.arguments:
        return External("types.SimpleNamespace", made=True)
    calls.named = calls.named or any(isinstance(option, Rows | Dict) for option in options(given.spread[0]))
    keywords = frozenset(name for name, _ in given.keywords)
    return each(given.spread[0], lambda value: _as_object(value, keywords))


def _as_object(value: Value, keywords: frozenset[str]) -> Value:
    match value:
        case Rows():
            return replace(value, named=True, over=value.over | keywords)
        case Dict(row=Rows() as row, entries=entries):
            return replace(row, named=True, over=row.over.union(keywords, entries))
    return UNKNOWN
