"""Which operations of a scope are one object, or one of its items, and what is done to that through any of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.summary import operands

Thing: TypeAlias = tuple[object, int]
"""An object, by the operation that made it or the attribute that holds it; with 1, any item of that."""
Found: TypeAlias = tuple[frozenset[Thing], Mapping[Thing, int]]
_NOTHING: frozenset[Thing] = frozenset()
_EMPTY: Mapping[Thing, int] = {}
_LARGEST = 16
"""Objects that one operation may be; of one that may be more it is not followed."""
_CHANGES = (flows.Put, flows.Update, flows.Append, flows.Grow, flows.Drop)
_SAME = (*_CHANGES, flows.Within, flows.Noted, flows.Sure, flows.Where, flows.Enter)
_LISTS = frozenset({"list", "tuple", "sorted", "reversed", "iter"})


class Change(NamedTuple):
    """Operation ``number`` changes a thing, or is a call that is handed it: as its argument ``place``.

    ``place`` is a position or a keyword. ``item``: not the object itself is changed, but one of its items. ``maybe``:
    it is not known whether that is done, or done to this object.
    """

    number: int
    place: int | str = -1
    item: bool = False
    maybe: bool = False


class History(NamedTuple):
    """The operation that an object was last seen as before others changed it, and all that was done to it since."""

    start: int
    changes: tuple[Change, ...]


class Aliases:
    """The objects that the operations of a scope are: ``things`` by operation, and ``items``, those in them.

    With each item is the operation that put it there, or -1 where it always was.
    """

    def __init__(self, ops: Sequence[Op], apart: Sequence[tuple[int, int, int]] = ()) -> None:
        self.ops = ops
        self.apart = apart
        self.things: list[frozenset[Thing]] = []
        self.items: list[Mapping[Thing, int]] = []
        self._changes: dict[Thing, list[tuple[int, int | str]]] = {}
        self._found: dict[tuple[int, int], History] = {}
        for number, op in enumerate(ops):
            kind = type(op)
            things, items = (_NOTHING, _EMPTY) if kind in _FIXED else _READERS[kind](self, number, op)
            small = len(things) <= _LARGEST >= len(items)
            self.things.append(things if small else _NOTHING)
            self.items.append(items if small else _EMPTY)
            if kind is flows.Call:
                self._note_passed(number, op)
            elif kind in _CHANGES:
                self._note(number, -1, self.things[op.base])  # type: ignore[union-attr]

    def history(self, value: int, until: int) -> History:
        """What ``value`` is once operation ``until`` is reached, beside what its own operations show."""
        if (found := self._found.get((value, until))) is None:
            found = self._found[value, until] = self._history(value, until)
        return found

    def _history(self, value: int, until: int) -> History:
        things, items = self.things[value], self.items[value]
        done = (change for change in self._of_these(things, items) if change.number < until)
        found = [change for change in done if not self._leads_elsewhere(change.number, until)]
        shown = self._shown(value) if found else frozenset()
        found = [
            change._replace(maybe=change.place == -1 and not change.item and self._is_unsure(change.number, until))
            for change in found
            if change.place != -1 or change.number not in shown
        ]
        first = min((change.number for change in found if not change.item), default=value)
        while value > first and type(op := self.ops[value]) in _CHANGES:
            found.append(Change(value))
            value = op.base  # type: ignore[union-attr]
        return History(value, tuple(sorted(found, key=_order)))

    def _leads_elsewhere(self, number: int, until: int) -> bool:
        """Where the one operation is done, the other is not."""
        ways = ((end, last) for start, end, last in self.apart if start <= number < end)
        return any(end <= until and (until < last or last < 0) for end, last in ways)

    def _is_unsure(self, number: int, until: int) -> bool:
        """It may be done to another object, or in a branch that is left by then and was never entered."""
        return len(self.things[number]) > 1 or any(start <= number < end <= until for start, end, _ in self.apart)

    def of_parameter(self, number: int) -> list[Change]:
        """All that is done to what a parameter is, or a name of the scope around."""
        return self._of_these(frozenset({(number, 0)}), {(number, 1): -1})

    def of_attribute(self, name: str) -> list[Change]:
        """All that is done to an attribute of a method's object."""
        thing = ("attribute", name, frozenset({(0, 0)}))
        return self._of_these(frozenset({(thing, 0)}), {(thing, 1): -1})

    def shared(self, value: int, other: int) -> bool:
        """Two operations may be one object."""
        return not self.things[value].isdisjoint(self.things[other])

    @cached_property
    def inner(self) -> tuple[int, ...]:
        """The functions that the scope holds."""
        return tuple(op.scope for op in self.ops if type(op) is flows.Func)

    def _of_these(self, things: frozenset[Thing], items: Mapping[Thing, int]) -> list[Change]:
        """What is done to these objects, or to items that were there before it, in order."""
        found = {change: False for thing in things for change in self._changes.get(thing, ())}
        for thing, since in items.items():
            for change in self._changes.get(thing, ()):
                if since < change[0]:
                    found.setdefault(change, True)
        return sorted([Change(*change, item) for change, item in found.items()], key=_order)

    def _shown(self, value: int) -> frozenset[int]:
        """All operations that a value hangs on; what is done to one item of it is none of a list's."""
        seen: set[int] = set()
        queue = [value]
        while queue:
            number = queue.pop()
            if number not in seen:
                seen.add(number)
                op = self.ops[number]
                queue += (op.base,) if type(op) is flows.Within else operands(op)
        return frozenset(seen)

    def _note(self, number: int, place: int | str, things: frozenset[Thing]) -> None:
        for thing in things:
            self._changes.setdefault(thing, []).append((number, place))

    def _note_passed(self, number: int, op: Any) -> None:
        """The things that a call is handed."""
        places: list[tuple[int | str, int]] = [*enumerate(op.arguments), *op.keywords]
        for place, value in places:
            self._note(number, place, self.things[value])

    def _same(self, number: int, op: Any) -> Found:
        return self.things[op.base], self._put_in(number, op)

    def _either(self, _: int, op: flows.Either) -> Found:
        things = [self.things[item] for item in op.options]
        return _NOTHING.union(*things), _all(self.items[item] for item in op.options)

    def _elem(self, _: int, op: flows.Elem) -> Found:
        return frozenset(self.items[op.base]), _EMPTY

    def _item(self, number: int, op: flows.Item) -> Found:
        return self._part(number, op), _EMPTY

    def _attr(self, _: int, op: flows.Attr) -> Found:
        thing = ("attribute", op.name, self.things[op.base])
        return frozenset({(thing, 0)}), {(thing, 1): -1}

    def _new(self, number: int, _: Op) -> Found:
        return frozenset({(number, 0)}), {(number, 1): -1}

    def _holding(self, number: int, op: Any) -> Found:
        return frozenset({(number, 0)}), self._held(number, op)

    def _call(self, number: int, op: flows.Call) -> Found:
        return self._holding(number, op) if op.name in _LISTS else self._new(number, op)

    def _put_in(self, number: int, op: Any) -> Mapping[Thing, int]:
        """The items of an object after one step of it."""
        before: Mapping[Thing, int] = self.items[op.base]
        if type(op) is not flows.Append and type(op) is not flows.Grow:
            return before
        more = self.things[op.value] if type(op) is flows.Append and not op.many else self.items[op.value]
        return {**dict.fromkeys(more, number), **before}

    def _held(self, number: int, op: Any) -> Mapping[Thing, int]:
        """The items of a new object."""
        found: dict[Thing, int] = {(number, 1): -1}
        match op:
            case flows.Seq(items=parts):
                for part in parts:
                    held = self.ops[part]
                    inner = self.items[held.base] if type(held) is flows.Star else self.things[part]
                    found.update(dict.fromkeys(inner, number))
            case flows.Comp(key=-1, value=value):
                found.update(dict.fromkeys(self.things[value], number))
            case flows.Call(arguments=(first, *_)):
                found.update(dict.fromkeys(self.items[first], number))
            case flows.Slice(base=base) | flows.Star(base=base):
                found.update(dict.fromkeys(self.items[base], number))
            case flows.Plus(left=left, right=right):
                found.update(dict.fromkeys((*self.items[left], *self.items[right]), number))
        return found

    def _part(self, number: int, op: flows.Item) -> frozenset[Thing]:
        """What ``base[key]`` is: an item of a list, or of one of those that a loop goes through together."""
        key, base = self.ops[op.key], self.ops[op.base]
        source = self.ops[base.base] if type(base) is flows.Elem else None
        if type(source) is flows.Call and source.name in ("zip", "enumerate") and type(key) is flows.Const:
            position = key.value if source.name == "zip" else 0 if key.value == 1 else None
            if isinstance(position, int) and 0 <= position < len(source.arguments):
                return frozenset(self.items[source.arguments[position]])
            return frozenset()
        if type(key) is flows.Const and isinstance(key.value, str):
            return frozenset({(number, 0)})
        if type(base) is flows.Seq and type(key) is flows.Const and (part := self._placed(base, key.value)) >= 0:
            return self.things[part]
        return frozenset(self.items[op.base])

    def _placed(self, op: flows.Seq, place: object) -> int:
        """The operation of the item of a display at that place, if there are no stars in it, or -1."""
        if not isinstance(place, int) or not -len(op.items) <= place < len(op.items):
            return -1
        return -1 if any(type(self.ops[item]) is flows.Star for item in op.items) else op.items[place]


def _order(change: Change) -> tuple[int, str]:
    return change.number, str(change.place)


_FIXED: frozenset[type[Any]] = frozenset(
    {flows.Const, flows.Join, flows.Typed, flows.Func, flows.Class, flows.Import, flows.Percent, flows.Has}
)
"""Operations whose values nothing changes."""
_READERS: dict[type[Any], Callable[[Aliases, int, Any], Found]] = {
    **dict.fromkeys((flows.Free, flows.Param, flows.Map, flows.Store), Aliases._new),
    **dict.fromkeys((flows.Seq, flows.Comp, flows.Slice, flows.Star, flows.Plus), Aliases._holding),
    flows.Call: Aliases._call,
    **dict.fromkeys(_SAME, Aliases._same),
    flows.Either: Aliases._either,
    flows.Elem: Aliases._elem,
    flows.Item: Aliases._item,
    flows.Attr: Aliases._attr,
}


def _all(several: Iterator[Mapping[Thing, int]]) -> Mapping[Thing, int]:
    found: dict[Thing, int] = {}
    for items in several:
        found.update(items)
    return found
