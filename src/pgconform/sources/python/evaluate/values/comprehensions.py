"""What comprehensions give: of a list or dict that is known, item by item."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import either, options, settle
from pgconform.sources.python.evaluate.values.containers import is_empty, lacks, put, put_each, rest_of
from pgconform.sources.python.evaluate.values.entries import Choice, Later
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Dict,
    Dump,
    Either,
    List,
    Lit,
    Opaque,
    Rows,
    Str,
    Value,
)
from pgconform.sources.python.evaluate.values.pairs import Part
from pgconform.sources.python.evaluate.values.tests import FITS, held, is_false
from pgconform.sources.python.flows.operations import Comp, Where

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.evaluate.values.frames import Frame

_OF_ELEMENTS = frozenset({"element", "handed"})
"""What marks the choices between the elements of something."""


class Need(NamedTuple):
    """A value, the test of it that has to hold, and what that looks for it in, if it looks in something."""

    value: Value
    test: Where
    of: Value | None = None


class Tests(NamedTuple):
    """Which items a comprehension takes; see `comprehended`."""

    op: Comp
    within: Value | None
    needs: Sequence[Need]


def comprehension(self: Evaluator, frame: Frame, op: Comp, number: int) -> Value:
    """The value of a comprehension."""
    key = self.value(frame, op.key) if op.key >= 0 else None
    value = self.at(frame, op.value, number)
    within = self.value(frame, op.within) if op.within >= 0 else None
    tests = (test for test in map(frame.ops.__getitem__, op.needs) if isinstance(test, Where))
    needs = [
        Need(self.value(frame, test.base), test, self.value(frame, test.of) if test.of >= 0 else None) for test in tests
    ]
    if op.picked:
        found: Value = Dict({}, whole=False, rest=rest_of(value))
    else:
        source = self.value(frame, op.source) if op.source >= 0 else UNKNOWN
        found = comprehended(source, key, value, op.filtered, within, needs)
    if key is None or not any(type(option) is Part for option in options(key)):
        return found
    return _of_row(found, key, value, Tests(op, within, needs))


def _of_row(found: Value, key: Value, value: Value, tests: Tests) -> Value:
    """A dict comprehension, with the row of whose keys it takes some, or all."""
    if isinstance(found, Either):
        return either(
            found.choice,
            tuple([_of_option(found, number, key, value, tests) for number in range(len(found.options))]),
        )
    row = _row(key, value, tests) if isinstance(found, Dict) else None
    return replace(found, row=row) if row is not None and isinstance(found, Dict) else found


def _of_option(found: Either, number: int, key: Value, value: Value, tests: Tests) -> Value:
    settled = partial(settle, choice=found.choice, index=number)
    needs = [need._replace(value=settled(need.value)) for need in tests.needs]
    return _of_row(found.options[number], settled(key), settled(value), tests._replace(needs=needs))


def _row(key: Value, value: Value, tests: Tests) -> Rows | Dump | None:
    """The row of whose keys some are taken. Of a model it must be known what stands under them, and which they are."""
    options_of_key = key.options if isinstance(key, Either) else (key,)
    for index, option in enumerate(options_of_key):
        if type(option) is Part and option.key:
            if isinstance(option.of, Rows):
                return replace(option.of, one=True, copied=True, partly=True, picked=True)
            held = _of(key, value, index)
            same = type(held) is Part and held.of is option.of and not held.key
            return _sent(option.of, [_of(key, need.value, index) for need in tests.needs], tests) if same else None
    return None


def _sent(dump: Dump | None, tested: Sequence[Value], tests: Tests) -> Dump | None:
    """What of a model's fields is taken; None where other tests than of their names and of nothing decide that."""
    if dump is None or tests.within is not None or tests.op.picked or (tests.op.filtered and not tests.op.filled):
        return None
    sparse, omitted = tests.op.filtered, set[str]()
    for value, need in zip(tested, tests.needs, strict=True):
        named = _kept_away(need)
        if type(value) is not Part or (value.key and (named is None or dump.by_alias)):
            return None
        if value.key:
            omitted |= named or set()
        elif named is None and need.test.kind not in ("none", "true"):
            return None
        sparse = sparse or not value.key
    return replace(dump, omitted=dump.omitted | omitted, sparse=dump.sparse or sparse)


def _kept_away(need: Need) -> frozenset[str] | None:
    """The texts of which a test says that something is none of them; None where it says something else."""
    if need.test.holds:
        return None
    if need.test.kind == "in":
        return frozenset(need.test.texts)
    return known_names(need.of) if need.test.kind == "held" and need.of is not None else None


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
    if isinstance(source, Either) and all(isinstance(option, List) for option in options(source)):
        return _of_any(source, key, value, filtered, within, needs)
    if not options(key):
        return Dict({}, whole=_closed(source))
    known = any(isinstance(option, Str) for option in options(key))
    return _keyed(source, key, value, filtered, within, needs) if known else Dict({}, whole=False, rest=rest_of(value))


def _keyed(
    source: Value, key: Value, value: Value, filtered: bool, within: Value | None, needs: Sequence[Need]
) -> Dict:
    """A dict comprehension some keys of which are known."""
    paired = isinstance(source, List) and all(isinstance(item, List) for item in source.items)
    every = isinstance(source, List) and source.exact and _is_of_each(key, source)
    alike = isinstance(value, Opaque) and not paired and isinstance(key, Either)
    if alike and (not every or within is not None or filtered):
        return Dict({}, whole=False)
    built = put_each(Dict({}), key, value) if isinstance(key, Either) else put(Dict({}), key, value)
    kept = built.entries if isinstance(built, Dict) else {}
    taken, untold = _taken(key, needs) if every else {}, _untold(key, needs)
    if within is not None:
        taken = {name: sure and not _may_lack(within, name) for name, sure in taken.items()}
    if filtered:
        taken = {name: False if sure is False else None for name, sure in taken.items()}
        untold |= {name for name, entry in kept.items() if paired and _is_bare(entry.quick())}
    if within is not None and paired:
        allowed = known_names(within)
        if allowed is None:
            return Dict({}, whole=False)
        kept = {name: entry for name, entry in kept.items() if name in allowed}
    elif within is not None:
        kept = {name: entry for name, entry in kept.items() if not _lack(within, Str(entry.key))}
    entries = {name: entry.made(taken.get(name)) for name, entry in kept.items() if name not in untold}
    whole = isinstance(built, Dict) and built.whole and _closed(source) and untold.isdisjoint(kept)
    return Dict(entries, whole, at=built.at if isinstance(built, Dict) else None)


def _of_any(
    source: Either, key: Value, value: Value, filtered: bool, within: Value | None, needs: Sequence[Need]
) -> Value:
    """A dict comprehension over one of several dicts or lists."""
    found: list[Value] = []
    for number, option in enumerate(source.options):
        settled = partial(settle, choice=source.choice, index=number)
        told = [need._replace(value=settled(need.value)) for need in needs]
        made = comprehended(option, settled(key), settled(value), filtered, within and settled(within), told)
        found.append(UNBOUND if option is UNBOUND else made)
    return either(source.choice, tuple(found))


def _lack(within: Value, key: Str) -> bool:
    """None of what something can be has the key."""
    return all(lacks(option, key) for option in options(within))


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
            told = [_holds(_of(key, need.value, index), need) for need in needs]
            found[option.text.value] = False if False in told else None if None in told else True
    return found


def _of(key: Value, value: Value, index: int) -> Value:
    """What is tested for one of the keys."""
    together = isinstance(key, Either) and isinstance(value, Either) and value.choice == key.choice
    return value.options[index] if together and isinstance(value, Either) else value


def _untold(key: Value, needs: Sequence[Need]) -> frozenset[str]:
    """The keys of which a test may always keep away: it is of their types, or looks them up in something unknown."""
    asked = [need for need in needs if need.test.kind in ("held", "isa")]
    found: set[str] = set()
    for index, option in enumerate(key.options if isinstance(key, Either) else (key,)):
        if isinstance(option, Str) and any(_holds(_of(key, need.value, index), need) is None for need in asked):
            found.add(option.text.value)
    return frozenset(found)


def _holds(value: Value, need: Need) -> bool | None:
    """Whether a test holds for all that a value can be."""
    if need.of is not None:
        if held(value, need.of, need.test.holds) is UNBOUND:
            return False
        return True if all(known_names(other) is not None for other in options(need.of)) else None
    found = options(value)
    if not all(FITS[need.test.kind](option, need.test) for option in found):
        return False
    return True if all(isinstance(option, Lit | Str | Dict | List) for option in found) else None


def _is_bare(value: Value) -> bool:
    """It may be nothing, or what no column takes: what a test of the value may always keep away."""
    return any(isinstance(option, Dict | List) or is_false(option) for option in options(value))


def _closed(source: Value) -> bool:
    return isinstance(source, List) and UNKNOWN not in source.items


def _listed(source: Value, value: Value, filtered: bool) -> Value:
    if is_empty(source):
        return source
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


def _may_lack(base: Value, key: str) -> bool:
    """``key in base`` is known to fail at times; of what is not known nothing is said."""
    match base:
        case Dict(entries=entries, row=Rows() as row) if key not in entries or not entries[key].sure:
            return _may_lack(row, key)
        case Dict(entries=entries, whole=whole):
            return entries[key].sure is False if key in entries else whole
        case Rows(path=path, partly=partly):
            return bool(path) or partly or not _is_full(base)
        case Either():
            return any(_may_lack(option, key) for option in options(base))
    return False


def _is_full(row: Rows) -> bool:
    """Nobody chose some of the columns."""
    chosen = [step.arguments for step in row.chain.steps if step.name == "select"]
    return [[_text(item) for item in items] for items in chosen] in ([[]], [["*"]])


def _text(value: Value | Later) -> str:
    found = value.quick() if isinstance(value, Later) else value
    return found.text.value if isinstance(found, Str) and found.text.whole else ""
