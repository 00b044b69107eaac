"""What comprehensions give: of a list or dict that is known, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pgconform.sources.python.evaluate.choices import options, settle
from pgconform.sources.python.evaluate.containers import lacks, may_lack, put, put_each, rest_of
from pgconform.sources.python.evaluate.tests import fits
from pgconform.sources.python.evaluate.values import UNBOUND, UNKNOWN, Choice, Dict, Either, List, Opaque, Str, Value
from pgconform.sources.python.flows.operations import Where

_OF_ELEMENTS = frozenset({"element", "handed"})
"""What marks the choices between the elements of something."""
Need: TypeAlias = tuple[Value, Where]
"""A value, and the test of it that has to hold."""


def comprehended(
    source: Value,
    key: Value | None,
    value: Value,
    filtered: bool,
    within: Value | None = None,
    needs: Sequence[Need] = (),
) -> Value:
    """A comprehension over ``source``. Only keys ``within`` are taken, and those of which the ``needs`` hold.

    ``filtered``: there are other tests too, of which nothing is known. Of a key that they may keep away it is not said
    that it may be left out.
    """
    if key is None:
        return _listed(source, value, filtered or bool(needs))
    if any(isinstance(option, Str) for option in options(key)):
        paired = isinstance(source, List) and all(isinstance(item, List) for item in source.items)
        every = isinstance(source, List) and source.exact and _is_of_each(key, source)
        if (
            isinstance(value, Opaque)
            and not paired
            and isinstance(key, Either)
            and not (every and within is None and not filtered)
        ):
            return Dict({}, whole=False)
        built = put_each(Dict({}), key, value) if isinstance(key, Either) else put(Dict({}), key, value)
        if isinstance(built, Dict):
            taken = _taken(key, needs) if every else {}
            if within is not None:
                taken = {name: sure and not may_lack(within, name) for name, sure in taken.items()}
            if filtered:
                taken = {name: False if sure is False else None for name, sure in taken.items()}
            kept = built.entries
            if within is not None and paired:
                allowed = known_names(within)
                if allowed is None:
                    return Dict({}, whole=False)
                kept = {name: entry for name, entry in kept.items() if name in allowed}
            elif within is not None:
                kept = {name: entry for name, entry in kept.items() if not lacks(within, Str(entry.key))}
            entries = {name: entry.made(taken.get(name)) for name, entry in kept.items()}
            return Dict(entries, built.whole and _closed(source), at=built.at)
    return Dict({}, whole=False, rest=rest_of(value))


def known_names(within: Value) -> frozenset[str] | None:
    """The keys that something is known to have, and no others; of which nothing is known, or too much is open."""
    match within:
        case List(items=items, exact=True) if all(isinstance(item, Str) and item.text.whole for item in items):
            return frozenset(item.text.value for item in items if isinstance(item, Str))
        case Dict(entries=entries, whole=True, row=None) if all(entry.sure for entry in entries.values()):
            return frozenset(entries)
    return None


def _is_of_each(key: Value, source: List) -> bool:
    """The key is another one for each of the items."""
    several = len(key.options) if isinstance(key, Either) else 1
    return isinstance(key, Either | Str) and several == len(source.items)


def _taken(key: Value, needs: Sequence[Need]) -> dict[str, bool | None]:
    """Whether the tests hold for each of the keys; None where nothing is known of that."""
    found: dict[str, bool | None] = {}
    for index, option in enumerate(key.options if isinstance(key, Either) else (key,)):
        if isinstance(option, Str):
            told = [_holds(_of(key, value, index), test) for value, test in needs]
            found[option.text.value] = False if False in told else None if None in told else True
    return found


def _of(key: Value, value: Value, index: int) -> Value:
    """What is tested for one of the keys."""
    together = isinstance(key, Either) and isinstance(value, Either) and value.choice == key.choice
    return value.options[index] if together and isinstance(value, Either) else value


def _holds(value: Value, test: Where) -> bool | None:
    """Whether a test holds for all that a value can be."""
    found = options(value)
    if not all(fits(option, test) for option in found):
        return False
    return None if any(isinstance(option, Opaque) for option in found) else True


def _closed(source: Value) -> bool:
    return isinstance(source, List) and UNKNOWN not in source.items


def _listed(source: Value, value: Value, filtered: bool) -> Value:
    exact = isinstance(source, List) and source.exact and not filtered
    several = len(source.items) if isinstance(source, List) else 0
    if isinstance(value, Either) and (choice := _of_element(value, several)):
        items = [settle(value, choice, number) for number in range(several)]
        return List(tuple([item for item in items if item is not UNBOUND]), exact)
    return List((value,), exact and several == 1)


def _of_element(value: Either, several: int) -> Choice:
    """The choice of the element, of ``several``, that a value hangs on; () where it hangs on none."""
    if len(value.options) == several and not _OF_ELEMENTS.isdisjoint(value.choice):
        return value.choice
    found = (_of_element(option, several) for option in value.options if isinstance(option, Either))
    return next((choice for choice in found if choice), ())
