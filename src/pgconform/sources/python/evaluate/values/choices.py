"""Values that are one of several: what comes of each, and which is left once a choice is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from operator import is_
from typing import Any, NamedTuple

import msgspec

from pgconform.shape import Scalar, Unknown
from pgconform.sources.python.evaluate.values.common import common
from pgconform.sources.python.evaluate.values.entries import Choice, Entry, Later
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Chain,
    Dict,
    Either,
    List,
    Opaque,
    Response,
    Rows,
    Str,
    Value,
    is_none,
)

ONE = "one of"
"""Marks the choice of an element of a loop that ends with it."""

KEYED, ABSENT = "keyed", "absent"
"""Mark the choices of what a key that nobody knows leads to in a dict, and of whether the dict has it."""

MOST = 64
"""Alternatives that are followed; of more nothing is claimed."""


def options(value: Value) -> Sequence[Value]:
    """The values it can be, nested choices opened; what a name holds before it is bound is none."""
    if type(value) is not Either:
        return () if value is UNBOUND else (value,)
    found: list[Value] = []
    for option in value.options:
        if type(option) is Either:
            found += options(option)
        elif option is not UNBOUND:
            found.append(option)
    return found


def one_of(value: Value, frame: object) -> Value:
    """The value that leaves a loop of that frame: of its elements it is one, whichever that is."""
    if type(value) is not Either:
        return value
    element = value.choice[0] == frame and "element" in value.choice
    choice = (value.choice, ONE) if element else value.choice
    return either(choice, tuple([one_of(option, frame) for option in value.options]), value.fallback)


def each(value: Value, act: Callable[[Value], Value]) -> Value:
    """What comes of every value it can be, under the same choices; nothing where there is none."""
    if type(value) is not Either:
        return act(value)
    found = [
        UNBOUND if option is UNBOUND else each(option, act) if type(option) is Either else act(option)
        for option in value.options
    ]
    return either(value.choice, tuple(found))


def either(choice: Choice, found: tuple[Value, ...], fallback: bool = False) -> Value:
    """A choice, or the one value that all its options are; of too many the distinct ones that say something."""
    first = found[0]
    size, same, silent = 0, True, True
    for option in found:
        size += option.size if type(option) is Either else 1
        same = same and option is first
        silent = silent and type(option) is Opaque and option is not UNBOUND
    if same:
        return first
    if silent:
        return UNKNOWN
    return Either(choice, found, fallback, size) if size <= MOST else _fewer(choice, found)


def _fewer(choice: Choice, found: tuple[Value, ...]) -> Value:
    """The distinct options that say something, no longer bound to other choices; of too many nothing is known."""
    every = [item for option in found for item in options(option)]
    kept = tuple({id(item): item for item in every if type(item) is not Opaque}.values())
    if not kept or len(kept) > MOST // 4:
        alike = UNKNOWN if Opaque in map(type, every) else common(kept)
        kind = Scalar("py.str") if kept and all(isinstance(item, Str) for item in kept) else Unknown()
        return Opaque("it has too many alternatives", kind) if alike is UNKNOWN else alike
    return Either((*choice, "few"), (UNKNOWN, *kept), size=len(kept) + 1)


def settle(value: Value, choice: Choice, index: int) -> Value:
    """The value once a choice is made; what it holds in dicts and lists is settled too."""
    return _Settling(choice, index).of(value) if type(value) in _HOLDING else value


class Key(NamedTuple):
    """What a choice says of a key that nobody knows: it is one of these, or (not ``within``) none of them."""

    taken: object
    names: frozenset[str]
    within: bool

    def decides(self, choice: Choice) -> bool:
        """Another choice is by the same key."""
        return choice[0] == self.taken and is_by_key(choice)

    def allows(self, choice: Choice) -> list[bool]:
        """Which options of another choice by the same key there can be."""
        names: Any = choice[2]
        if choice[1] == KEYED:
            return [(name in self.names) == self.within for name in names]
        has = not self.names.isdisjoint(names) if self.within else not self.names.issuperset(names)
        return [has, not (self.within and self.names.issubset(names))]


def _key(choice: Choice, index: int) -> Key | None:
    """What it says of a key that it goes one way."""
    if not is_by_key(choice):
        return None
    names: Any = choice[2]
    if choice[1] == ABSENT:
        return Key(choice[0], frozenset(names), not index)
    return Key(choice[0], frozenset(names[index : index + 1]), True)


class _Settling:
    """One choice being made; what several values hold in common is settled once, and what does not hang on it stays.

    What a value holds of itself, as a tree of a function that calls itself may, is not known.
    """

    def __init__(self, choice: Choice, index: int) -> None:
        self.choice = choice
        self.index = index
        self.key = _key(choice, index)
        self._done: dict[int, Value] = {}

    def of(self, value: Value) -> Value:
        if type(value) not in _HOLDING:
            return value
        if (found := self._done.get(id(value))) is None:
            self._done[id(value)] = UNKNOWN
            found = self._done[id(value)] = self._made(value)
        return found

    def _made(self, value: Value) -> Value:
        match value:
            case Either(choice=self.choice):
                return self.of(value.options[self.index]) if self.index < len(value.options) else UNBOUND
            case Either() if self.key is not None and self.key.decides(value.choice):
                return self._by_key(value, self.key)
            case Either(options=parts):
                settled = tuple([self.of(item) for item in parts])
                return value if all(map(is_, settled, parts)) else either(value.choice, settled, value.fallback)
            case List(items=parts):
                settled = tuple([self.of(item) for item in parts])
                return value if all(map(is_, settled, parts)) else List(settled, value.exact, value.grown)
            case Dict(entries=entries):
                found = {
                    key: self._entry(entry) if entry.turn or type(entry.held) in _HANGING else entry
                    for key, entry in entries.items()
                }
                if all(map(is_, found.values(), entries.values())):
                    return value
                left = {key: entry for key, entry in found.items() if entry is not None}
                return Dict(left, value.whole, value.row, value.at)
        return value

    def _by_key(self, value: Either, key: Key) -> Value:
        """What the same key can lead to in another dict."""
        can = key.allows(value.choice)
        if can.count(True) == 1 and (value.choice[1] == ABSENT or (key.within and len(key.names) == 1)):
            return self.of(value.options[can.index(True)])
        found = [self.of(item) if possible else UNBOUND for item, possible in zip(value.options, can, strict=False)]
        return either(value.choice, tuple(found), value.fallback)

    def _entry(self, entry: Entry) -> Entry | None:
        """The entry once the choice is made, if there is one then."""
        held, sure, turn = entry.held, entry.sure, entry.turn
        if turn is not None and turn.choice == self.choice:
            if turn.index != self.index:
                return self._entry(turn.before) if turn.before else None
            sure, turn = True, None
        if isinstance(held, Later):
            full, quick, choice, index = held.full, held.quick, self.choice, self.index
            later = Later(lambda: settle(full(), choice, index), lambda: settle(quick(), choice, index))
            return Entry(entry.key, later, sure, turn, entry.doubted)
        settled = self.of(held)
        if settled is held and turn is entry.turn:
            return entry
        return Entry(entry.key, settled, sure, turn, entry.doubted)


_BY_KEY = 3
"""The length of a choice by a key: of what it is taken, its mark, and the keys of the dict."""
_HOLDING = frozenset({Either, Dict, List})
_HANGING = _HOLDING | {Later}


def under(value: Value, need: Value, *, several: bool = False) -> Value:
    """The value under those choices that leave ``need`` one; of ``several`` a text goes with them too.

    So does a dict, with what is known of each element of a loop.
    """
    if need is UNBOUND:
        return UNBOUND
    if not isinstance(need, Either):
        return value
    if not hangs(value, need.choice):
        if several and (_is_text(value) or (type(value) is Dict and "element" in need.choice)):
            return either(need.choice, tuple([under(value, item, several=True) for item in need.options]))
        return value
    if all(isinstance(option, Chain) for option in options(value)):
        whole = is_by_key(need.choice) or len(options(need)) == need.size
        return value if whole else each(value, _partly)
    found = [under(settle(value, need.choice, number), item) for number, item in enumerate(need.options)]
    return either(need.choice, tuple(found))


def _is_text(value: Value) -> bool:
    return type(value) is Str or (type(value) is Either and all(type(option) is Str for option in options(value)))


def _partly(chain: Value) -> Value:
    return msgspec.structs.replace(chain, partly=True) if isinstance(chain, Chain) else chain


def hangs(value: Value | Later, choice: Choice) -> bool:
    """It is another by that choice, or by the same key, or names something that is."""
    if type(value) is Chain:
        return any(hangs(item, choice) for step in value.steps for item in step.arguments)
    if type(value) is not Either:
        return False
    own = value.choice
    same = own == choice or (own[0] == choice[0] and is_by_key(own) and is_by_key(choice))
    return same or any(hangs(item, choice) for item in value.options)


def is_by_key(choice: Choice) -> bool:
    """It is made by a key that nobody knows."""
    return len(choice) == _BY_KEY and choice[1] in (KEYED, ABSENT)


def holds_chain(value: Value | Later) -> bool:
    """It may be a chain that can go on."""
    return any(isinstance(option, Chain) for option in options(value.full() if isinstance(value, Later) else value))


def holds_rows(value: Value | Later) -> bool:
    """It may be rows, a response, or a list or dict that has some or was made of one."""
    return any(map(_has_rows, options(value.full() if isinstance(value, Later) else value)))


def _has_rows(value: Value) -> bool:
    match value:
        case Dict(row=Rows()):
            return True
        case Dict(rest=rest) if rest is not UNKNOWN and holds_rows(rest):
            return True
    return next(rows_within(value), None) is not None


def rows_within(value: Value) -> Iterator[Rows]:
    """The rows that a value may be, or that are in it as they are: in a response, a list, or under keys."""
    for option in options(value):
        match option:
            case Rows():
                yield option
            case Response(chain=chain):
                yield Rows(chain)
            case List(items=items):
                for item in items:
                    yield from rows_within(item)
            case Dict(entries=entries):
                for entry in entries.values():
                    yield from rows_within(entry.quick())


def present(value: Value) -> Value:
    """The value where it is known not to be None."""
    if not isinstance(value, Either):
        return value
    kept = [option for option in value.options if not is_none(option) and option is not UNBOUND]
    if len(kept) == 1:
        return present(kept[0])
    return either(value.choice, tuple([UNBOUND if is_none(item) else present(item) for item in value.options]))
