"""Which operations of a scope are one object, or one of its items, and what operations change that."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from typing import Any, TypeAlias

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.astray import keyed, kin, nobody_knows, put, taken
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.summary import Captured, operands

Thing: TypeAlias = tuple[object, int]
"""An object, by the operation that made it, the attribute or the key that holds it; with 1, any item of that."""
Found: TypeAlias = tuple[frozenset[Thing], Mapping[Thing, int]]
Noted: TypeAlias = tuple[int, int | str, int]
"""A change: the first three of what `pgconform.sources.python.flows.aliases.Change` says."""
CHANGES = frozenset({flows.Put, flows.Update, flows.Append, flows.Grow, flows.Drop})
SAME = CHANGES | {flows.Within, flows.Noted, flows.Sure, flows.Where, flows.Enter, flows.Kept}
_INSIDE = SAME | {flows.Elem, flows.Item}
_NOTHING: frozenset[Thing] = frozenset()
_EMPTY: Mapping[Thing, int] = {}
_LARGEST = 16
"""Objects that one operation may be; of one that may be more it is not followed."""
_KEYED = frozenset({flows.Call, flows.Map, flows.Put, flows.Item})
_LISTS = frozenset({"list", "tuple", "sorted", "reversed", "iter"})
_MADE_OF = _LISTS | {"dict"}
_EACH = frozenset({"items", "values"})
_OF_DICTS = _EACH | {"get", "pop", "setdefault"}


def nothing(_: int) -> Mapping[str, int]:
    """A function within that takes nothing."""
    return {}


class Objects:
    """The objects that the operations of a scope are: ``things`` by operation, and ``items``, those in them.

    With each item is the operation that put it there, or -1 where it always was. ``changes`` are what is done to each.
    """

    def __init__(self, ops: Sequence[Op], captured: Captured = nothing) -> None:
        self.ops = ops
        self.things: list[frozenset[Thing]] = []
        self.items: list[Mapping[Thing, int]] = []
        self.changes: dict[Thing, list[Noted]] = {}
        for number, op in enumerate(ops):
            kind = type(op)
            if kind in _FIXED:
                self.things.append(_NOTHING)
                self.items.append(_EMPTY)
                continue
            things, items = _READERS[kind](self, number, op)
            small = len(things) <= _LARGEST >= len(items)
            self.things.append(things if small else _NOTHING)
            self.items.append(items if small else _EMPTY)
            if kind is flows.Call:
                self._note_passed(number, op)
            elif kind in CHANGES:
                self._note((number, -1, -1), self.things[op.base])  # type: ignore[union-attr]
        for number, op in enumerate(ops):
            if type(op) is flows.Func and (names := captured(op.scope)):
                self._note_within(number, op.scope, names)

    def _note(self, change: Noted, things: frozenset[Thing]) -> None:
        for thing in things:
            self.changes.setdefault(thing, []).append(change)

    def _note_passed(self, number: int, op: Any) -> None:
        """The things that a call is handed."""
        for place, value in places(op):
            self._note((number, place, -1), self.things[value])

    def _note_within(self, function: int, scope: int, names: Mapping[str, int]) -> None:
        """The things that a function within has by names of this scope, wherever it is called or handed on."""
        for number in range(function + 1, len(self.ops)):
            if function in operands(self.ops[number]):
                for name, held in names.items():
                    self._note((number, name, scope), self.things[held])

    def _same(self, number: int, op: Any) -> Found:
        return self.things[op.base], self._put_in(number, op)

    def _stored(self, _: int, op: flows.Store) -> Found:
        return self.things[op.value], self.items[op.value]

    def _either(self, _: int, op: flows.Either) -> Found:
        things = [self.things[item] for item in op.options]
        return _NOTHING.union(*things), _all(self.items[item] for item in op.options)

    def _elem(self, _: int, op: flows.Elem) -> Found:
        things = frozenset(self.items[op.base])
        return things, self._inside(things)

    def _item(self, number: int, op: flows.Item) -> Found:
        things = self._part(number, op)
        return things, self._inside(things)

    def _inside(self, things: frozenset[Thing]) -> Mapping[Thing, int]:
        """The items of parts of others: what those were made with, or any item of what nobody saw made."""
        found: dict[Thing, int] = {}
        for thing in things:
            maker, of_item = thing
            if isinstance(maker, int) and not of_item and maker < len(self.items):
                found.update(self.items[maker])
            else:
                found[thing if of_item else maker, 1] = -1
        return found if len(found) <= _LARGEST else _EMPTY

    def _attr(self, _: int, op: flows.Attr) -> Found:
        thing = ("attribute", op.name, self.things[op.base])
        return frozenset({(thing, 0)}), {(thing, 1): -1}

    def _new(self, number: int, _: Op) -> Found:
        return frozenset({(number, 0)}), {(number, 1): -1}

    def _holding(self, number: int, op: Any) -> Found:
        return frozenset({(number, 0)}), self._held(number, op)

    def _call(self, number: int, op: flows.Call) -> Found:
        function = self.ops[op.function]
        if op.name in _MADE_OF:
            return self._holding(number, op)
        if type(function) is flows.Attr and op.name in _OF_DICTS:
            return self._of_dict(number, op, function.base)
        return self._new(number, op)

    def _of_dict(self, number: int, op: flows.Call, base: int) -> Found:
        """What a method of a dict or a list gives: all that is in it, or what stands under a key that is not said."""
        if op.name in _EACH:
            return frozenset({(number, 0)}), {(number, 1): -1, **dict.fromkeys(self.items[base], number)}
        key = self.ops[op.arguments[0]] if op.arguments else None
        if type(key) is flows.Const and isinstance(key.value, str):
            return self._new(number, op)
        given = [self.things[item] for item in op.arguments[1:]]
        return frozenset({(number, 0)}).union(self.items[base], *given), {(number, 1): -1}

    def _put_in(self, number: int, op: Any) -> Mapping[Thing, int]:
        """The items of an object after one step of it."""
        before: Mapping[Thing, int] = self.items[op.base]
        if type(op) is flows.Put and type(self.ops[op.key]) is not flows.Const:
            return {**dict.fromkeys(self.things[op.value], number), **before}
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
            case flows.Comp(value=value):
                found.update(dict.fromkeys(self.things[value], number))
            case flows.Call(name="dict", arguments=(first, *_)):
                found.update(dict.fromkeys(self._in_pairs(self.ops[first], first), number))
            case flows.Call(arguments=(first, *_)):
                found.update(dict.fromkeys(self.items[first], number))
            case flows.Slice(base=base) | flows.Star(base=base):
                found.update(dict.fromkeys(self.items[base], number))
            case flows.Plus(left=left, right=right):
                found.update(dict.fromkeys((*self.items[left], *self.items[right]), number))
        return found

    def _in_pairs(self, op: Op, number: int) -> Iterable[Thing]:
        """What stands in second place in pairs that a dict is made of, or under the keys of another."""
        match op:
            case flows.Comp(value=value):
                return self.items[value]
            case flows.Call(name="zip", arguments=(_, second, *_)):
                return self.items[second]
        return self.items[number]

    def _part(self, number: int, op: flows.Item) -> frozenset[Thing]:
        """What ``base[key]`` is: an item of a list, or of one of those that a loop goes through together."""
        key, base = self.ops[op.key], self.ops[op.base]
        source = self.ops[base.base] if type(base) is flows.Elem else None
        if type(base) is flows.Elem and self._has_pairs(base.base):
            return self.things[op.base] if type(key) is flows.Const and key.value == 1 else _NOTHING
        if type(source) is flows.Call and source.name in ("zip", "enumerate") and type(key) is flows.Const:
            position = key.value if source.name == "zip" else 0 if key.value == 1 else None
            if isinstance(position, int) and 0 <= position < len(source.arguments):
                return frozenset(self.items[source.arguments[position]])
            return frozenset()
        if type(key) is flows.Const and isinstance(key.value, str):
            held = self.held_under(op.base, key.value)
            return held if held and len(self.things[op.base]) == 1 else held | {(number, 0)}
        if type(base) is flows.Seq and type(key) is flows.Const and (part := self._placed(base, key.value)) >= 0:
            return self.things[part]
        return frozenset(self.items[op.base])

    def _has_pairs(self, number: int) -> bool:
        """It is ``d.items()``, or some of these or all in another order."""
        op = self.ops[number]
        while type(op) is flows.Call and op.name in _LISTS and op.arguments:
            op = self.ops[op.arguments[0]]
        return type(op) is flows.Call and op.name == "items" and type(self.ops[op.function]) is flows.Attr

    def held_under(self, number: int, key: str) -> frozenset[Thing]:
        """What stands under a key of a dict."""
        if (part := self.under(number, key)) >= 0:
            return self.things[part]
        return frozenset({(("item", key, self.things[number]), 0)}) if self.things[number] else _NOTHING

    def under(self, number: int, key: str) -> int:
        """The operation of what stands under a key of a dict that is written down, or was put there since; or -1."""
        while type(op := self.ops[number]) in SAME or type(op) is flows.Item:
            if isinstance(op, flows.Put) and self._is_key(op.key, key):
                return op.value
            number = self._part_of(op) if isinstance(op, flows.Item) else op.base  # type: ignore[union-attr]
            if number < 0:
                return -1
        if type(op) is flows.Call and op.name == "dict" and not op.arguments:
            return dict(op.keywords).get(key, -1)
        if type(op) is not flows.Map:
            return -1
        pairs = zip(op.keys, op.values, strict=True)
        return next((value for item, value in pairs if item >= 0 and self._is_key(item, key)), -1)

    @cached_property
    def keys(self) -> dict[Thing, set[str]]:
        """The keys of dicts under which there is something that is changed, by what else than the dict itself."""
        found: dict[Thing, set[str]] = {}
        waiting = self._pairs if self.changes else []
        changed: Set[Thing] = self.changes.keys()
        while changed:
            more, rest = set[Thing](), []
            for pair in waiting:
                things, key, held = pair
                if changed.isdisjoint(held):
                    rest.append(pair)
                    continue
                more |= things
                for thing in things:
                    found.setdefault(thing, set()).add(key)
            changed, waiting = more, rest
        return found

    @cached_property
    def _holders(self) -> dict[Thing, set[Thing]]:
        """The dicts that have an object under a key."""
        found: dict[Thing, set[Thing]] = {}
        for things, _, held in self._pairs:
            for thing in held:
                found.setdefault(thing, set()).update(things - held)
        return found

    def handed_within(self, thing: Thing) -> Iterator[tuple[int, int | str]]:
        """The calls that are handed a dict which has the object somewhere in it, and where they have that."""
        waits, seen = [thing], {thing}
        while waits:
            more = self._holders.get(waits.pop(), set()) - seen
            for holder in more:
                yield from (
                    (call, place) for call, place, scope in self.changes.get(holder, ()) if scope == -1 != place
                )
            waits += more
            seen |= more

    @cached_property
    def _pairs(self) -> list[tuple[frozenset[Thing], str, frozenset[Thing]]]:
        """Dicts, a key of each, and what stands under it or is taken from there."""
        return [
            (self.things[base], key, self.things[value])
            for number, op in enumerate(self.ops)
            if type(op) in _KEYED
            for base, key, value in self._keyed(number, op)
            if self.things[value]
        ]

    def _keyed(self, number: int, op: Op) -> Iterator[tuple[int, str, int]]:
        """The operations of dicts and of what stands under keys."""
        keyed: Iterable[tuple[int, int, int]] = ()
        match op:
            case flows.Call(name="dict", arguments=(), keywords=keywords):
                yield from ((number, name, value) for name, value in keywords)
            case flows.Map(keys=keys, values=values):
                keyed = ((number, key, value) for key, value in zip(keys, values, strict=True) if key >= 0)
            case flows.Put(base=base, key=key, value=value):
                keyed = ((base, key, value),)
            case flows.Item(base=base, key=key):
                keyed = ((base, key, number),)
        for dict_, key, value in keyed:
            name = self.ops[key]
            if type(name) is flows.Const and isinstance(name.value, str):
                yield dict_, name.value, value

    @cached_property
    def astray(self) -> dict[Thing, list[int]]:
        """The operations that may put keys into an object by way of what it was put into, where nobody follows that."""
        found: dict[Thing, list[int]] = {}
        for change in keyed(self.ops):
            base: int = self.ops[change].base  # type: ignore[union-attr]
            theirs = kin(self.ops, taken(self.ops, base, nobody_knows)[1]) if self._given else set()
            known = self.things[base]
            for value, into in self._given:
                for thing in self._within(value) - known if not theirs.isdisjoint(into) else ():
                    found.setdefault(thing, []).append(change)
        return found

    @cached_property
    def _given(self) -> list[tuple[int, set[object]]]:
        """What objects are put, and what tells where."""
        ops = self.ops
        given = [(value, into) for value, into in put(ops) if self._within(value)]
        return [(value, kin(ops, taken(ops, into, nobody_knows)[1])) for value, into in given]

    def _within(self, value: int) -> Set[Thing]:
        """What is put when this is: itself, its items, and what stands under its keys."""
        op = self.ops[value]
        under = [self.things[one] for one in op.values] if type(op) is flows.Map else []
        return self.things[value].union(self.items[value], *under)

    def origin(self, number: int) -> int:
        """The operation that an object grew out of, whatever was done to it since."""
        while type(op := self.ops[number]) in SAME:
            number = op.base  # type: ignore[union-attr]
        return number

    def reading(self, number: int) -> int:
        """The operation that read the attribute which an object is, or is in; -1: it is in none."""
        while (kind := type(op := self.ops[number])) in _INSIDE:
            number = op.base  # type: ignore[union-attr]
        return number if kind is flows.Attr else -1

    def is_of_each(self, number: int) -> bool:
        """A loop does it with each of the items."""
        op = self.ops[self.origin(number)]
        if type(op) is flows.Elem:
            return not self._is_picked(op.base)
        return type(op) is flows.Item and flows.Elem in (type(self.ops[op.key]), type(self.ops[op.base]))

    def _is_picked(self, number: int) -> bool:
        """It is one of several, by a key that no loop goes through."""
        op = self.ops[self.origin(number)]
        picked = type(op) is flows.Item and type(self.ops[op.key]) is not flows.Const
        return picked and len(self.things[number]) > 1 and not self.is_of_each(number)

    def each_under(self, value: int, key: str) -> Iterator[frozenset[Thing]]:
        """What may stand under a key of what may be one of several dicts."""
        waits, seen = [value], {value}
        while waits:
            number = waits.pop()
            yield self.held_under(number, key)
            op = self.ops[self.origin(number)]
            more = [one for one in op.options if one not in seen] if isinstance(op, flows.Either) else []
            waits += more
            seen.update(more)

    def _part_of(self, op: flows.Item) -> int:
        """The operation of what stands under the key that is asked for, or -1."""
        key = self.ops[op.key]
        return self.under(op.base, key.value) if type(key) is flows.Const and isinstance(key.value, str) else -1

    def _is_key(self, number: int, key: str) -> bool:
        op = self.ops[number]
        return type(op) is flows.Const and op.value == key

    def _placed(self, op: flows.Seq, place: object) -> int:
        """The operation of the item of a display at that place, if there are no stars in it, or -1."""
        if not isinstance(place, int) or not -len(op.items) <= place < len(op.items):
            return -1
        return -1 if any(type(self.ops[item]) is flows.Star for item in op.items) else op.items[place]


def places(op: flows.Call) -> Iterator[tuple[int | str, int]]:
    """The arguments of a call, by position or keyword."""
    yield from enumerate(op.arguments)
    yield from op.keywords


def _all(several: Iterator[Mapping[Thing, int]]) -> Mapping[Thing, int]:
    found: dict[Thing, int] = {}
    for items in several:
        found.update(items)
    return found


_FIXED: frozenset[type[Any]] = frozenset(
    {flows.Const, flows.Join, flows.Typed, flows.Func, flows.Class, flows.Import, flows.Percent, flows.Has}
)
"""Operations whose values nothing changes."""
_READERS: dict[type[Any], Callable[[Objects, int, Any], Found]] = {
    **dict.fromkeys((flows.Free, flows.Param, flows.Map), Objects._new),
    **dict.fromkeys((flows.Seq, flows.Comp, flows.Slice, flows.Star, flows.Plus), Objects._holding),
    flows.Call: Objects._call,
    **dict.fromkeys(SAME, Objects._same),
    flows.Either: Objects._either,
    flows.Store: Objects._stored,
    flows.Elem: Objects._elem,
    flows.Item: Objects._item,
    flows.Attr: Objects._attr,
}
