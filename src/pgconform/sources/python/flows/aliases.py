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
Spans: TypeAlias = tuple[tuple[int, int], ...]
Captured: TypeAlias = Callable[[int], Mapping[str, int]]
"""What a function within takes from the scope: the names, and the operations that they hold."""
_NOTHING: frozenset[Thing] = frozenset()
_EMPTY: Mapping[Thing, int] = {}
_LARGEST = 16
"""Objects that one operation may be; of one that may be more it is not followed."""
_DEEPEST = 6
"""Choices within one another of which each option is followed for itself."""
_CHANGES = (flows.Put, flows.Update, flows.Append, flows.Grow, flows.Drop)
_SAME = (*_CHANGES, flows.Within, flows.Noted, flows.Sure, flows.Where, flows.Enter)
_LISTS = frozenset({"list", "tuple", "sorted", "reversed", "iter"})


def _nothing(_: int) -> Mapping[str, int]:
    return {}


class Change(NamedTuple):
    """Operation ``number`` changes a thing, or is a call that is handed it: as its argument ``place``.

    ``place`` is a position or a keyword. With ``scope`` the operation calls that function of the scope, which has the
    thing by the name ``place``, or hands it on. ``item``: not the object itself is changed, but one of its items.
    ``done``: whether that is done to this object: False where a branch decides, None where nobody knows.
    """

    number: int
    place: int | str = -1
    scope: int = -1
    item: bool = False
    done: bool | None = True


class Way(NamedTuple):
    """A way through a scope: nothing ``beside`` it is done, and the choices ``within`` it are made.

    ``apart``: the options of a further choice are told apart. ``also`` are things that are the same object since an
    operation; with each whether that is sure.
    """

    beside: Spans = ()
    within: frozenset[int] = frozenset()
    apart: bool = True
    also: tuple[tuple[Thing, int, bool], ...] = ()


ANY = Way()
Parts: TypeAlias = tuple[tuple[int, Way], ...]


class History(NamedTuple):
    """The operation that an object was last seen as before others changed it, and all that was done to it since.

    With ``parts`` that operation is made of these anew, each as it is by then on its way: the options of a choice, or
    the items of a list. For a choice, the changes are those of all its options.
    """

    start: int
    changes: tuple[Change, ...]
    parts: Parts = ()


class Aliases:
    """The objects that the operations of a scope are: ``things`` by operation, and ``items``, those in them.

    With each item is the operation that put it there, or -1 where it always was.
    """

    def __init__(
        self,
        ops: Sequence[Op],
        apart: Sequence[tuple[int, int, int]] = (),
        met: Sequence[tuple[int, ...]] = (),
        captured: Captured = _nothing,
    ) -> None:
        self.ops = ops
        self.apart = apart
        self.things: list[frozenset[Thing]] = []
        self.items: list[Mapping[Thing, int]] = []
        self._changes: dict[Thing, list[tuple[int, int | str, int]]] = {}
        self._found: dict[tuple[int, int, Way], History] = {}
        self._growing: dict[int, frozenset[int]] = {}
        self._met = met
        for number, op in enumerate(ops):
            kind = type(op)
            things, items = (_NOTHING, _EMPTY) if kind in _FIXED else _READERS[kind](self, number, op)
            small = len(things) <= _LARGEST >= len(items)
            self.things.append(things if small else _NOTHING)
            self.items.append(items if small else _EMPTY)
            if kind is flows.Call:
                self._note_passed(number, op)
            elif kind in _CHANGES:
                self._note((number, -1, -1), self.things[op.base])  # type: ignore[union-attr]
        for number, op in enumerate(ops):
            if type(op) is flows.Func and (names := captured(op.scope)):
                self._note_within(number, op.scope, names)

    @cached_property
    def _spans(self) -> dict[int, list[tuple[int, int]]]:
        """What each branch alone does, by the choices between them."""
        return {number: _paired(item[2:]) for item in self._met for number in range(item[0], item[1])}

    def history(self, value: int, until: int, way: Way = ANY) -> History:
        """What ``value`` is once operation ``until`` is reached in that way, beside what its own operations show."""
        if (found := self._found.get((value, until, way))) is None:
            found = self._found[value, until, way] = self._history(value, until, way)
        return found

    def whole(self, value: int, until: int, way: Way) -> History:
        """The same of a choice whose options need not be told apart."""
        return self.history(value, until, way._replace(apart=False))

    def _history(self, value: int, until: int, way: Way) -> History:
        things, items = self.things[value], self.items[value]
        known = [*self._of_these(things, items), *self._of_others(way)]
        done = [change for change in known if self._is_met(change.number, until, way)]
        if not done:
            return History(value, ())
        root, chain = self._root(value)
        if type(op := self.ops[root]) is flows.Either and way.apart and len(way.within) < _DEEPEST:
            ways = self._ways(root, op, way)
            if differing := [change for change in done if self._differs(change, root, chain, ways)]:
                return History(root, tuple(differing), ways)
        shown = self._shown(value)
        found = [
            self._judged(change, until, way, items)
            for change in done
            if change.place != -1 or change.number not in shown
        ]
        if self._is_display(root, chain) and any(change.item for change in found):
            kept = tuple([change for change in found if not change.item])
            return History(root, kept, tuple([(item, way) for item in self._displayed(root, chain)]))
        first = min((change.number for change in found if not change.item), default=value)
        while value > first and type(op := self.ops[value]) in _CHANGES:
            found.append(Change(value))
            value = op.base  # type: ignore[union-attr]
        return History(value, tuple(sorted(found, key=_order)))

    def _of_others(self, way: Way) -> Iterator[Change]:
        for thing, since, sure in way.also:
            for change in self._changes.get(thing, ()):
                if change[0] > since:
                    yield Change(*change, done=True if sure else None)

    def passed(self, value: int) -> Iterator[tuple[int, int | str, frozenset[Thing]]]:
        """The calls that may have given the object back that they were handed, where more is done to it by that name.

        With each is where the call has the object, and what else it is then.
        """
        for thing in self.things[value]:
            number, of_item = thing
            if of_item or not isinstance(number, int):
                continue
            if type(op := self.ops[number]) is flows.Call:
                for place, argument in _places(op):
                    others = self.things[argument]
                    if any(change[0] > number for other in others for change in self._changes.get(other, ())):
                        yield number, place, others
            for call, place, scope in self._changes.get(thing, ()):
                if place != -1 and scope < 0 and (call, 0) in self._changes:
                    yield call, place, frozenset({(call, 0)})

    def _is_met(self, number: int, until: int, way: Way) -> bool:
        """The operation is done before the other on that way."""
        if number >= until or any(start <= number < end for start, end in way.beside):
            return False
        return not self._leads_elsewhere(number, until)

    def _judged(self, change: Change, until: int, way: Way, items: Mapping[Thing, int]) -> Change:
        if change.done is None:
            return change
        if change.item and not self._is_of_each(change.number) and sum(not item for _, item in items) > 1:
            return change._replace(done=None)
        return change._replace(done=self._is_done(change.number, until, way))

    def _root(self, value: int) -> tuple[int, list[int]]:
        """The operation that a value grew out of, and those by which it did, last first."""
        chain: list[int] = []
        while type(op := self.ops[value]) in _CHANGES:
            chain.append(value)
            value = op.base  # type: ignore[union-attr]
        return value, chain

    def _ways(self, root: int, op: flows.Either, way: Way) -> Parts:
        """The options of a choice, each on its way."""
        spans = self._spans.get(root) or [(0, 0)] * len(op.options)
        within = way.within | {root}
        return tuple(
            [
                (option, way._replace(beside=(*way.beside, *_beside(number, spans)), within=within))
                for number, option in enumerate(op.options)
            ]
        )

    def _differs(self, change: Change, root: int, chain: list[int], ways: Parts) -> bool:
        """Not all options have the change, or those that have it do not all show it."""
        number = change.number
        if number in chain or (change.item and self._is_of_each(number)):
            return False
        if number > root:
            touched = self._touched(change)
            return not all(touched & (self.things[option] | self.items[option].keys()) for option, _ in ways)
        return any(
            change.place != -1 or number not in self._grown(option)
            for option, way in ways
            if not any(start <= number < end for start, end in way.beside)
        )

    def _touched(self, change: Change) -> frozenset[Thing]:
        """The things that a change is of."""
        op = self.ops[change.number]
        if change.place == -1:
            return self.things[op.base]  # type: ignore[union-attr]
        return frozenset(thing for thing, known in self._changes.items() if change[:3] in known)

    def _grown(self, value: int) -> frozenset[int]:
        """The changes that show in an operation, on any of the ways to it."""
        if (found := self._growing.get(value)) is None:
            root, chain = self._root(value)
            op = self.ops[root]
            before: Sequence[int] = ()
            if type(op) is flows.Either:
                before = op.options
            elif type(op) in _SAME:
                before = (op.base,)  # type: ignore[union-attr]
            found = self._growing[value] = frozenset(chain).union(*map(self._grown, before))
        return found

    def _is_display(self, root: int, chain: list[int]) -> bool:
        """A list of several that is written down, to which no more than single items were added."""
        op = self.ops[root]
        if type(op) is not flows.Seq or len(op.items) + len(chain) < 2:
            return False
        added = all(type(more := self.ops[number]) is flows.Append and not more.many for number in chain)
        return added and not any(type(self.ops[item]) is flows.Star for item in op.items)

    def _displayed(self, root: int, chain: list[int]) -> list[int]:
        op = self.ops[root]
        added = [self.ops[number].value for number in reversed(chain)]  # type: ignore[union-attr]
        return [*op.items, *added]  # type: ignore

    def _leads_elsewhere(self, number: int, until: int) -> bool:
        """Where the one operation is done, the other is not."""
        ways = ((end, last) for start, end, last in self.apart if start <= number < end)
        return any(end <= until and (until < last or last < 0) for end, last in ways)

    def _is_done(self, number: int, until: int, way: Way = ANY) -> bool | None:
        """Not in a branch that is left by then and may never have been entered; None: perhaps to another object."""
        several = len(self.things[number]) > 1 and type(self.ops[number]) in _CHANGES
        if several and self._root(number)[0] not in way.within and not self._is_of_each(number):
            return None
        return not any(start <= number < end <= until for start, end, _ in self.apart)

    def _is_of_each(self, number: int) -> bool:
        """A loop does it with each of the items."""
        op = self.ops[self._root(number)[0]]
        if type(op) is not flows.Item:
            return type(op) is flows.Elem
        return flows.Elem in (type(self.ops[op.key]), type(self.ops[op.base]))

    def of_parameter(self, number: int) -> list[Change]:
        """All that is done to what a parameter is, or a name of the scope around, until the function is left."""
        found = self._of_these(frozenset({(number, 0)}), {(number, 1): -1})
        end = len(self.ops)
        left = min((end for _, end, last in self.apart if last < 0), default=end)
        return [
            change
            if change.item
            else change._replace(done=None if change.number >= left else self._is_done(change.number, end))
            for change in found
        ]

    def of_attribute(self, name: str) -> list[Change]:
        """All that is done to an attribute of a method's object."""
        thing = ("attribute", name, frozenset({(0, 0)}))
        return self._of_these(frozenset({(thing, 0)}), {(thing, 1): -1})

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

    def _note(self, change: tuple[int, int | str, int], things: frozenset[Thing]) -> None:
        for thing in things:
            self._changes.setdefault(thing, []).append(change)

    def _note_passed(self, number: int, op: Any) -> None:
        """The things that a call is handed."""
        for place, value in _places(op):
            self._note((number, place, -1), self.things[value])

    def _note_within(self, function: int, scope: int, names: Mapping[str, int]) -> None:
        """The things that a function within has by names of this scope, wherever it is called or handed on."""
        for number in range(function + 1, len(self.ops)):
            if function in operands(self.ops[number]):
                for name, held in names.items():
                    self._note((number, name, scope), self.things[held])

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


def _places(op: flows.Call) -> Iterator[tuple[int | str, int]]:
    """The arguments of a call, by position or keyword."""
    yield from enumerate(op.arguments)
    yield from op.keywords


def _paired(bounds: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(bounds[::2], bounds[1::2], strict=True))


def _beside(number: int, spans: Sequence[tuple[int, int]]) -> Spans:
    """What only other branches do than that of the number."""
    first, last = spans[number]
    found: list[tuple[int, int]] = []
    for start, end in spans:
        found += [(start, min(end, first)), (max(start, last), end)] if first < last else [(start, end)]
    return tuple([(start, end) for start, end in found if start < end])


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
