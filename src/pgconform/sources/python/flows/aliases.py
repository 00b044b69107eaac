"""What is done to an object of a scope through any of the operations that are it, until it is handed over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple, TypeAlias

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.leftovers import done_later
from pgconform.sources.python.flows.objects import CHANGES, SAME, Objects, Thing, nothing, places
from pgconform.sources.python.flows.operations import Op
from pgconform.sources.python.flows.spans import Spans, asking, beside, paired, rounds
from pgconform.sources.python.flows.summary import Captured, operands

_DEEPEST = 6
"""Choices within one another of which each option is followed for itself."""
INNER, ASTRAY = -2, -3
"""In the place of a function's scope: what a call is handed has the object in it; the operation may be of it."""


class Change(NamedTuple):
    """Operation ``number`` changes a thing, or is a call that is handed it: as its argument ``place``.

    ``place`` is a position or a keyword. With ``scope`` the operation calls that function of the scope, which has the
    thing by the name ``place``, or hands it on; with `INNER` it is handed what has the thing in it. ``item``: not the
    object itself is changed, but one of its items; ``told``: of a dict, that shows already. ``done``: whether that is
    done to this object: False where a branch decides, None where nobody knows.
    """

    number: int
    place: int | str = -1
    scope: int = -1
    item: bool = False
    done: bool | None = True
    told: bool = False


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
Handed: TypeAlias = tuple[int, int | str, frozenset[Thing]]


class History(NamedTuple):
    """The operation that an object was last seen as before others changed it, and all that was done to it since.

    With ``parts`` that operation is made of these anew, each as it is by then on its way: the options of a choice, or
    the items of a list. For a choice, the changes are those of all its options.
    """

    start: int
    changes: tuple[Change, ...]
    parts: Parts = ()


class Aliases(Objects):
    """What is done to the objects that the operations of a scope are, through any of them.

    ``apart`` and ``met`` are as in `pgconform.sources.python.flows.heads.Scope`.
    """

    def __init__(
        self,
        ops: Sequence[Op],
        apart: Sequence[tuple[int, int, int]] = (),
        met: Sequence[tuple[int, ...]] = (),
        captured: Captured = nothing,
    ) -> None:
        super().__init__(ops, captured)
        self.apart = apart
        self._found: dict[tuple[int, int, Way], History] = {}
        self._growing: dict[int, frozenset[int]] = {}
        self._handed: dict[int, tuple[Handed, ...]] = {}
        self._met = met

    @cached_property
    def _spans(self) -> dict[int, list[tuple[int, int]]]:
        """What each branch alone does, by the choices between them."""
        return {number: paired(item[2:]) for item in self._met for number in range(item[0], item[1])}

    def history(self, value: int, until: int, way: Way = ANY) -> History:
        """What ``value`` is once operation ``until`` is reached in that way, beside what its own operations show."""
        if (found := self._found.get((value, until, way))) is None:
            found = self._found[value, until, way] = self._history(value, until, way)
        return found

    def again(self, value: int, until: int) -> tuple[int, ...]:
        """What comes after an operation in a loop, and in earlier rounds did something to what was there before it."""
        bodies = [(start, end) for start, end in self._loops if start <= until < end]
        return tuple(
            sorted(
                number
                for start, end in bodies
                if all(isinstance(maker, int) and maker < start for maker, _ in self.things[value])
                for thing in self.things[value]
                for number, place, _ in self.changes.get(thing, ())
                if place == -1 and until < number < end
            )
        )

    @cached_property
    def _loops(self) -> Spans:
        return rounds(self.ops, self._met)

    def whole(self, value: int, until: int, way: Way) -> History:
        """The same of a choice whose options need not be told apart."""
        return self.history(value, until, way._replace(apart=False))

    def _history(self, value: int, until: int, way: Way) -> History:
        things, items = self.things[value], self.items[value]
        known = [*self._of_these(things, items), *self._of_others(way)]
        done = [change for change in known if self._is_met(change.number, until, way)]
        done += self._of_rounds(things, items, until) if self._later else ()
        if not done:
            return History(value, ())
        root, chain = self._root(value)
        if type(op := self.ops[root]) is flows.Either and way.apart and len(way.within) < _DEEPEST:
            ways = self._ways(root, op, way)
            if differing := [change for change in done if self._differs(change, root, chain, ways)]:
                return History(root, tuple(differing), ways)
        shown, within = self._shown(value)
        found = [
            self._judged(change, until, way, items)._replace(told=change.number in within)
            for change in done
            if change.place != -1 or change.number not in shown
        ]
        if self._is_display(root, chain) and any(change.item for change in found):
            kept = tuple([change for change in found if not change.item])
            return History(root, kept, tuple([(item, way) for item in self._displayed(root, chain)]))
        first = min((change.number for change in found if not change.item), default=value)
        while value > first and type(op := self.ops[value]) in CHANGES:
            found.append(Change(value))
            value = op.base  # type: ignore[union-attr]
        return History(value, tuple(sorted(found, key=_order)))

    def _of_others(self, way: Way) -> Iterator[Change]:
        for thing, since, sure in way.also:
            for change in self.changes.get(thing, ()):
                if change[0] > since:
                    yield Change(*change, done=True if sure else None)

    def _of_rounds(self, things: frozenset[Thing], items: Mapping[Thing, int], until: int) -> Iterator[Change]:
        for thing in (*things, *(items.keys() - things)):
            numbers = (number for number in self._later.get(thing, ()) if number < until)
            yield from (Change(number, item=thing not in things, done=None) for number in numbers)

    @cached_property
    def _later(self) -> dict[Thing, list[int]]:
        return done_later(self)

    def within(self, value: int, until: int, way: Way) -> Iterator[tuple[str, int, tuple[Change, ...]]]:
        """The keys of a dict under which something was changed until then.

        With each is the operation that stands there, or -1 and what was done to whatever does.
        """
        for key in sorted({key for thing in self.things[value] for key in self.keys.get(thing, ())}):
            if (part := self.under(value, key)) >= 0:
                yield key, part, ()
                continue
            several = type(self.ops[self.origin(value)]) is flows.Either
            known = self._of_these(frozenset().union(*self.each_under(value, key)), {})
            met = [change for change in known if self._is_met(change.number, until, way)]
            done = [change._replace(done=None) if several else self._judged(change, until, way, {}) for change in met]
            yield key, -1, tuple(done)

    def passed(self, value: int) -> Sequence[Handed]:
        """The calls that may have given the object back that they were handed, where more is done to it by that name.

        With each is where the call has the object, and what else it is then.
        """
        if (found := self._handed.get(value)) is None:
            found = self._handed[value] = tuple(self._passed(value))
        return found

    def _passed(self, value: int) -> Iterator[Handed]:
        for thing in self.things[value]:
            number, of_item = thing
            if of_item or not isinstance(number, int):
                continue
            if type(op := self.ops[number]) is flows.Call:
                for place, argument in places(op):
                    others = self.things[argument]
                    if any(change[0] > number for other in others for change in self.changes.get(other, ())):
                        yield number, place, others
            for call, place, scope in self.changes.get(thing, ()):
                if place != -1 and scope < 0 and (call, 0) in self.changes:
                    yield call, place, frozenset({(call, 0)})

    @cached_property
    def _asked(self) -> dict[Thing, list[tuple[int, str]]]:
        """The attributes that are taken of each object, with the operations that do so."""
        found: dict[Thing, list[tuple[int, str]]] = {}
        for number, op in enumerate(self.ops):
            for thing in self.things[op.base] if type(op) is flows.Attr else ():
                found.setdefault(thing, []).append((number, op.name))  # type: ignore[union-attr]
        return found

    def given_to(self, value: int, until: int) -> list[tuple[int, int | str]]:
        """The calls before operation ``until`` that an object is handed, and where they have it."""
        return [
            (call, place)
            for thing in self.things[value]
            for call, place, scope in self.changes.get(thing, ())
            if call < until and place != -1 and scope < 0
        ]

    def asked_of(self, call: int, until: int) -> frozenset[str]:
        """The attributes that are taken of what a call gives, before operation ``until``."""
        return frozenset([name for number, name in self._asked.get((call, 0), ()) if number < until])

    def _is_met(self, number: int, until: int, way: Way) -> bool:
        """The operation is done before the other on that way."""
        if number >= until or any(start <= number < end for start, end in way.beside):
            return False
        return not self._leads_elsewhere(number, until)

    def _judged(self, change: Change, until: int, way: Way, items: Mapping[Thing, int]) -> Change:
        if change.done is None:
            return change
        if change.item and not self.is_of_each(change.number) and sum(not item for _, item in items) > 1:
            return change._replace(done=None)
        return change._replace(done=self.is_done(change.number, until, way))

    def _root(self, value: int) -> tuple[int, list[int]]:
        """The operation that a value grew out of, and those by which it did, last first."""
        chain: list[int] = []
        while type(op := self.ops[value]) in CHANGES:
            chain.append(value)
            value = op.base  # type: ignore[union-attr]
        return value, chain

    def _ways(self, root: int, op: flows.Either, way: Way) -> Parts:
        """The options of a choice, each on its way."""
        spans = self._spans.get(root) or [(0, 0)] * len(op.options)
        within = way.within | {root}
        return tuple(
            [
                (option, way._replace(beside=(*way.beside, *beside(number, spans)), within=within))
                for number, option in enumerate(op.options)
            ]
        )

    def _differs(self, change: Change, root: int, chain: list[int], ways: Parts) -> bool:
        """Not all options have the change, or those that have it do not all show it."""
        number = change.number
        if number in chain or (change.item and self.is_of_each(number)):
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
        return frozenset(thing for thing, known in self.changes.items() if change[:3] in known)

    def _grown(self, value: int) -> frozenset[int]:
        """The changes that show in an operation, on any of the ways to it."""
        if (found := self._growing.get(value)) is None:
            root, chain = self._root(value)
            op = self.ops[root]
            before: Sequence[int] = ()
            if type(op) is flows.Either:
                before = op.options
            elif type(op) in SAME:
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

    def is_done(self, number: int, until: int, way: Way = ANY) -> bool | None:
        """Not in a branch that is left by then and may never have been entered; None: perhaps to another object."""
        several = len(self.things[number]) > 1 and type(self.ops[number]) in CHANGES
        if several and self._root(number)[0] not in way.within and not self.is_of_each(number):
            return None
        spans = ((start, end) for start, end, _ in self.apart if start <= number < end <= until)
        return all(self._lacks_beside(number, span) for span in spans)

    def _lacks_beside(self, number: int, span: tuple[int, int]) -> bool:
        """What the operation takes out is not there where that branch is not entered: it asks for that alone."""
        op, test = self.ops[number], self._asking.get(span)
        if test is None or type(op) is not flows.Drop or not self._is_key(op.key, test.texts[0]):
            return False
        return self.things[op.base] == self.things[test.base]

    @cached_property
    def _asking(self) -> dict[tuple[int, int], flows.Where]:
        return asking(self.ops, self._met)

    def is_done_first(self, number: int, first: int) -> bool | None:
        """A change of ``first or other`` is done, where the first of them has something in it."""
        root, _ = self._root(number)
        op = self.ops[root]
        if type(op) is not flows.Either or not op.fallback or op.options[0] != first:
            return None
        return self.is_done(number, len(self.ops), Way(within=frozenset({root})))

    def of_parameter(self, number: int) -> list[Change]:
        """All that is done to what a parameter is, or a name of the scope around, until the function is left."""
        found = self._of_these(frozenset({(number, 0)}), {(number, 1): -1})
        end = len(self.ops)
        left = min((end for _, end, last in self.apart if last < 0), default=end)
        return [
            change
            if change.item
            else change._replace(done=None if change.number >= left else self.is_done(change.number, end))
            for change in found
        ]

    def through(self, number: int) -> Iterator[tuple[bool, Change]]:
        """The calls that are handed what a parameter is, and all that is done to what it has under keys (True)."""
        things = frozenset({(number, 0)})
        yield from ((False, change) for change in self._of_these(things, {}) if change.place != -1)
        for key in sorted(self.keys.get((number, 0), ())):
            yield from ((True, change) for change in self._of_these(frozenset({(("item", key, things), 0)}), {}))

    def of_attribute(self, name: str) -> Iterator[tuple[str, Change]]:
        """All that is done to an attribute of a method's object (""), or to what it has under a key."""
        thing = ("attribute", name, frozenset({(0, 0)}))
        things = frozenset({(thing, 0)})
        yield from (("", change) for change in self._of_these(things, {(thing, 1): -1}))
        for key in sorted(self.keys.get((thing, 0), ())):
            yield from ((key, change) for change in self._of_these(frozenset({(("item", key, things), 0)}), {}))

    def _of_these(self, things: frozenset[Thing], items: Mapping[Thing, int]) -> list[Change]:
        """What is done to these objects, or to items that were there before it, in order."""
        found = {change: False for thing in things for change in self.changes.get(thing, ())}
        for thing, since in items.items():
            for change in self.changes.get(thing, ()):
                if since < change[0]:
                    found.setdefault(change, True)
        found.update({(call, place, INNER): False for thing in things for call, place in self.handed_within(thing)})
        for thing in (*things, *items) if self.astray else ():
            for number in self.astray.get(thing, ()):
                found.setdefault((number, -1, ASTRAY), thing not in things)
        return sorted([Change(*change, item) for change, item in found.items()], key=_order)

    def _shown(self, value: int) -> tuple[frozenset[int], frozenset[int]]:
        """All operations that a value hangs on, and those by which something changed under its keys.

        What is done to one item of it is none of a list's.
        """
        seen: set[int] = set()
        within: set[int] = set()
        queue = [value]
        while queue:
            number = queue.pop()
            if number in seen:
                continue
            seen.add(number)
            op = self.ops[number]
            if type(op) is flows.Within:
                within.add(op.value)
                queue.append(op.base)
            else:
                queue += operands(op)
        return frozenset(seen), frozenset(within)


def _order(change: Change) -> tuple[int, str]:
    return change.number, str(change.place)
