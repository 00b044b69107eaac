"""Values of which nobody knows whether, or how, something changed them."""

from __future__ import annotations

from functools import partial
from operator import is_
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import each
from pgconform.sources.python.evaluate.values.containers import dropped, put
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Dict, List, Rows, Value
from pgconform.sources.python.evaluate.values.spreads import updated
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def allowed(base: Value, changed: Value) -> Value:
    """The value after what an argument may have kept from being done; of what is taken out then nothing is said."""
    found = perhaps(base, changed, None)
    if not isinstance(found, Dict) or not isinstance(changed, Dict):
        return found
    entries = {key: entry.doubting(key not in changed.entries) for key, entry in found.entries.items()}
    return replace(found, entries=entries)


def perhaps(base: Value, changed: Value, done: bool | None) -> Value:
    """The value after what may have been done to it: where a branch decides, or nobody knows (``done`` None)."""
    if base is changed:
        return base
    if isinstance(base, Rows) and isinstance(changed, Rows) and changed.chain is base.chain:
        over, partly = base.over | changed.over, base.partly or changed.partly
        return replace(base, over=over, loose=base.loose or changed.loose, partly=partly)
    if isinstance(base, List) and isinstance(changed, List) and _only_more(base, changed):
        more = [each(item, loose) for item in changed.items[len(base.items) :] if not _has(base, item)]
        return List((*base.items, *more), exact=False)
    if not isinstance(base, Dict) or not isinstance(changed, Dict):
        return loose(base)
    after = changed.entries
    kept = {
        key: entry if after.get(key) is entry else _open(entry, after.get(key)) for key, entry in base.entries.items()
    }
    put_in = {key: entry.made(done) for key, entry in after.items() if key not in kept}
    return replace(base, entries=kept | put_in, whole=base.whole and changed.whole)


def _only_more(base: List, changed: List) -> bool:
    """All that was in a list is in it still, as it was."""
    return len(base.items) <= len(changed.items) and all(map(is_, base.items, changed.items))


def _has(base: List, item: Value) -> bool:
    """A list has an item already: that one, or a row of the same request."""
    return any(
        item is one
        or (isinstance(item, Rows) and isinstance(one, Rows) and item.chain is one.chain and item.over == one.over)
        for one in base.items
    )


def within(base: Dict, key: Value, value: Value) -> Value:
    """A dict after what it holds under a key was changed in place; of one that is not known, any may have been."""
    found = put(base, key, value)
    if not isinstance(found, Dict) or not isinstance(base.rest, Dict) or found.rest is base.rest:
        return found
    return replace(found, rest=allowed(base.rest, value))


def handed_on(base: Value, changed: Value) -> Value:
    """The value once a function that changes it is handed on, and called or not."""
    found = perhaps(base, changed, None)
    if not isinstance(found, Dict) or not isinstance(base, Dict):
        return found
    kept = {key: entry for key, entry in found.entries.items() if key in base.entries}
    return replace(found, entries=kept, whole=found.whole and len(kept) == len(found.entries))


def _open(entry: Entry, other: Entry | None) -> Entry:
    if other is None:
        return entry.valued(UNKNOWN).made(None)
    return entry.valued(UNKNOWN).made(True if entry.sure and other.sure else None).doubting(other.doubted)


def loosened(evaluator: Evaluator, frame: Frame, op: flows.Op, key: str, base: Value) -> Value:
    """A dict of which an operation may have changed what stands under a ``key``, or without one itself."""
    if not key:
        return _loosened(evaluator, frame, op, base)
    entry = base.entries.get(key) if isinstance(base, Dict) else None
    if not isinstance(base, Dict) or entry is None:
        return base
    value = each(entry.value, partial(_loosened, evaluator, frame, op))
    return replace(base, entries={**base.entries, key: entry.valued(value)})


def _loosened(evaluator: Evaluator, frame: Frame, op: flows.Op, base: Value) -> Value:
    """A dict that an operation may have changed: what it puts may be another value, what it takes out may be gone."""
    if isinstance(base, List):
        return replace(base, exact=False)
    if not isinstance(base, Dict):
        return base
    changed: Value = base
    match op:
        case flows.Put(key=key):
            changed = put(base, evaluator.value(frame, key), UNKNOWN)
        case flows.Update(value=value) | flows.Grow(value=value):
            changed = updated(base, evaluator.value(frame, value))
        case flows.Drop(key=key, equal=False):
            changed = dropped(base, evaluator.value(frame, key), every=True)
    after = changed.entries if isinstance(changed, Dict) else {}
    known = not base.whole or (isinstance(changed, Dict) and changed.whole)
    kept = {
        key: entry if known and after[key] is entry else _open(entry, after[key])
        for key, entry in base.entries.items()
        if key in after
    }
    return replace(base, entries=kept, whole=False)


def anything(base: Value) -> Value:
    """The value where anything may have been done to it."""
    return replace(base, entries={}, whole=False) if isinstance(base, Dict) else loose(base)


def loose(base: Value) -> Value:
    """The value where nobody knows what was done to it."""
    if isinstance(base, List):
        return List(tuple([each(item, loose) for item in base.items]), exact=False)
    if isinstance(base, Rows):
        return replace(base, loose=True)
    return replace(base, whole=False) if isinstance(base, Dict) else base
