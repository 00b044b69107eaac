"""Items of lists of which the order is known only in part."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import either, options
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Dict, List, Opaque, Rows, Value


def first_of(base: List) -> Value:
    """The first of the items that there are."""
    found = base.items[0] if base.exact else placed(base, 0)
    return either((id(base), "next"), base.items) if found is None else found


def has_one(base: List) -> bool:
    """There surely is an item."""
    return bool(base.items) and (base.exact or base.fed)


def holds_dicts(base: List) -> bool:
    """An item may be a dict."""
    return any(isinstance(option, Dict) for item in base.items for option in options(item))


def placed(base: List, index: int) -> Value | None:
    """The item at a place of a list that is not known item by item; of several rows what all of them have."""
    if 0 <= index < base.led:
        return base.items[index]
    first, last = base.ends
    if index == 0 and first:
        return either((id(base), "first"), base.items[:first])
    if index == -1 and last:
        return either((id(base), "last"), base.items[-last:])
    every = [option for item in base.items for option in options(item)]
    rows = [option for option in every if isinstance(option, Dict)]
    if len(base.items) < _SEVERAL or not rows:
        return None
    return UNKNOWN if any(isinstance(option, Opaque) for option in every) else in_all(rows, rows[0])


_SEVERAL = 2


def in_all(dicts: list[Dict], value: Value) -> Value:
    """Of one of several dicts what all of them have; it may have more."""
    if not isinstance(value, Dict):
        return value
    kept = {
        key: entry
        for key, entry in value.entries.items()
        if all(key in other.entries and other.entries[key].same(entry) for other in dicts)
    }
    row = replace(value.row, loose=True) if isinstance(value.row, Rows) else value.row
    return replace(value, entries=kept, whole=False, row=row)
