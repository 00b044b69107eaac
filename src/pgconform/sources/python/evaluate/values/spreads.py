"""Dicts with others spread into them: ``{**base, **other}``, ``base.update(other)``, ``base | other``."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import each, either, is_by_key, options, settle
from pgconform.sources.python.evaluate.values.containers import is_empty, is_nothing, paired
from pgconform.sources.python.evaluate.values.entries import Entry
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Dict,
    Dump,
    Earlier,
    Either,
    List,
    Lit,
    Rows,
    Value,
    is_none,
    later,
)


def merged(base: Value, entries: dict[str, Entry]) -> Value:
    """A dict display so far with more keys."""
    if not entries:
        return base
    if isinstance(base, Either):
        return each(base, lambda option: merged(option, entries))
    return Dict({**base.entries, **entries}, base.whole, base.row, base.at) if isinstance(base, Dict) else base


def spread(base: Value, other: Value) -> Value:
    """A dict display so far with ``**other`` in it; with ``**None`` there is none."""
    if isinstance(base, Either):
        return _into_each(base, other)
    if not isinstance(base, Dict):
        return base
    if isinstance(other, Either):
        return each(_perhaps(other), lambda option: spread(base, option))
    if isinstance(other, Earlier):
        return later(other)
    return UNBOUND if is_none(other) else updated(base, other)


def _into_each(base: Either, other: Value) -> Value:
    """Each dict that it can be with ``**other`` in it, as that is then."""
    found = [
        UNBOUND if option is UNBOUND else spread(option, settle(other, base.choice, number))
        for number, option in enumerate(base.options)
    ]
    return either(base.choice, tuple(found))


def _perhaps(other: Either) -> Either | Value:
    """What may be spread; where that may be nothing (``x or {}``), no key of the rest is sure to be there.

    Which is nothing for one word, and something for another, is what it is.
    """
    if is_by_key(other.choice):
        parts = [_perhaps(option) if type(option) is Either else option for option in other.options]
        return either(other.choice, tuple(parts))
    every = options(other)
    kept = {id(option): _unsure(option) for option in every if not (is_nothing(option) or is_empty(option))}
    if not kept or len(kept) == len({id(option) for option in every}):
        return other
    first = next(iter(kept.values()))
    return each(other, lambda option: kept.get(id(option), first))


def _unsure(value: Value) -> Value:
    """What is spread only sometimes."""
    if not isinstance(value, Dict):
        return value
    entries = {key: entry.made(entry.sure and False) for key, entry in value.entries.items()}
    row = replace(value.row, sparse=True) if isinstance(value.row, Dump) else value.row
    return replace(value, entries=entries, row=row)


def updated(base: Value, other: Value) -> Value:
    """``base`` after ``base.update(other)``."""
    if isinstance(base, Rows):
        keys = frozenset(other.entries) if isinstance(other, Dict) and other.whole else None
        return replace(base, over=base.over | (keys or frozenset()), loose=base.loose or keys is None)
    if not isinstance(base, Dict):
        return base
    match other:
        case Either():
            return each(_perhaps(other), lambda option: updated(base, option))
        case Dict() if is_nothing(other):
            return replace(base, at=base.at or other.at)
        case Dict(entries=entries):
            both = dict(base.entries) if other.whole else _perhaps_other(base)
            for key, entry in entries.items():
                both[key] = entry.over(key in both and both[key].sure)
            return Dict(both, base.whole and other.whole, _row_of(base, other), base.at or other.at)
        case Rows(one=one, path=path) if one or path:
            return Dict(
                _perhaps_other(base), False, replace(other, copied=True, loose=other.loose or not base.whole), base.at
            )
        case List():
            return updated(base, paired(other))
        case Lit(value=None):
            return base
    return Dict(_perhaps_other(base), whole=False, at=base.at)


def _perhaps_other(base: Dict) -> dict[str, Entry]:
    """The keys of a dict once others were put over it of which nobody knows which they are."""
    return {key: entry.valued(UNKNOWN) for key, entry in base.entries.items()}


def _row_of(base: Dict, other: Dict) -> Rows | Dump | None:
    """The row that a dict has keys of after another was spread into it; where there are more, it may have any key."""
    if other.whole and other.row is None:
        return base.row
    if base.whole and base.row is None:
        return other.row
    row = other.row or base.row
    return replace(row, loose=True) if isinstance(row, Rows) else row
