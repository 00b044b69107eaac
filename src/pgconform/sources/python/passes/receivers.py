"""On objects of which classes a project calls the methods that ask: an inherited one may be called on some only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

import msgspec

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Class, Function, Instance, Method, Opaque, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import STARTS
from pgconform.sources.python.flows.sources import ASKING
from pgconform.sources.python.modules.memo import State
from pgconform.sources.python.passes.spreading import Spreading, flags
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

ROUNDS = 6
_ASKS = ASKING | STARTS
_COMMON = frozenset(name for kind in (dict, list, set, str) for name in dir(kind))
"""What objects that nobody knows mostly have of Python itself."""
_ASKING = deferred(r"(?i)repo|dao|crud|gateway|store|table")


class _Called(msgspec.Struct, frozen=True, array_like=True, gc=False, order=True):
    """A method called on an object of a class; ``open``: or of one derived from it. ``own``: the method that calls it
    on its own object.
    """

    method: Place
    of: Place
    open: bool
    own: Place | None = None


class _Calls(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The calls of methods in one file, and the names of those that are called on objects that nobody knows."""

    known: tuple[_Called, ...] = ()
    unknown: tuple[str, ...] = ()


class Receivers:
    """The classes on whose objects inherited methods are called."""

    def __init__(self, evaluator: Evaluator) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.classes = evaluator.names.classes
        self._on: dict[Place, set[Class]] = {}
        self._by: dict[Place, set[Place]] = {}
        self._unknown: set[str] = set()

    def spread(self, rounds: Spreading) -> None:
        """Looks at the calls of inherited methods that ask, then of those that call these on their own object."""
        seen: set[Place] = set()
        fresh = set(self._inherited())
        for number in range(ROUNDS):
            if not fresh:
                break
            seen |= fresh
            names = frozenset(map(self._name, fresh))
            known = State(flags((place, True) for place in fresh), names)
            look = partial(self._calls, fresh, names)
            for found in rounds.round(f"called {number}", names, known, _Calls, look):
                self._add(found)
            callers = set().union(*self._by.values()) - seen
            fresh = {place for place in callers if self._name(place) not in self._unknown}

    def of(self, method: Place) -> frozenset[Class]:
        """The classes of the objects on which a method is called; none: that is not known.

        Who calls it on their own object is called on any of their class, if no call of them is known; so is who has it
        in its place and hands on to it, where it is called on others.
        """
        found, besides = set[Class](), set[Class]()
        reached, left, above = {method}, [method], set[Place]()
        while left:
            place = left.pop()
            if self._name(place) in self._unknown:
                return frozenset()
            callers = self._by.get(place, set())
            found |= self._on.get(place, set())
            if not callers and place not in self._on and self._owner(place) != self._owner(method):
                (besides if place in above else found).update(self._any(self._owner(place)))
            above.update(caller for caller in callers if self._name(caller) == self._name(place))
            left += callers - reached
            reached |= callers
        return frozenset(found | besides if found else ())

    def _name(self, method: Place) -> str:
        return self.ground.head(*method).name.rpartition(".")[2]

    def _owner(self, method: Place) -> Class:
        return Class(method[0], self.ground.head(*method).owner)

    def _any(self, of: Class) -> set[Class]:
        return {of, *self.classes.derived(of)}

    def _inherited(self) -> Iterator[Place]:
        for of in self.classes.families.derived:
            for name, number in self.ground.methods(of).items():
                if not name.startswith("__") and not _ASKS.isdisjoint(self.ground.head(of.uri, number).summary.uses):
                    yield of.uri, number

    def _add(self, found: _Calls) -> None:
        self._unknown.update(found.unknown)
        for item in found.known:
            if item.own is not None:
                self._by.setdefault(item.method, set()).add(item.own)
            else:
                of = Class(*item.of)
                self._on.setdefault(item.method, set()).update(self._any(of) if item.open else {of})

    def _calls(self, wanted: set[Place], names: frozenset[str], places: Iterable[Place]) -> _Calls:
        """Where scopes of the program take the ``wanted`` methods, which have these names, from objects.

        What tests call says nothing of it.
        """
        known: set[_Called] = set()
        unknown: set[str] = set()
        for place in places:
            if in_tests(place[0]) or not self.ground.calls(place, names):
                continue
            frame = self.ground.alone(*place)
            for number, op in enumerate(frame.ops):
                if type(op) is flows.Attr and op.name in names:
                    taken = self._taken(frame, number, op)
                    methods = [one for one in taken if isinstance(one, Function)]
                    known.update(
                        _called(frame, op, one, one.bound)
                        for one in methods
                        if isinstance(one.bound, Instance) and self._is_one(one, wanted)
                    )
                    if not methods and any(map(_is_unknown, taken)) and _may_ask(frame, op):
                        unknown.add(op.name)
        return _Calls(tuple(sorted(known, key=repr)), tuple(sorted(unknown)))

    def _is_one(self, method: Function, wanted: set[Place]) -> bool:
        self.ground.log.parts[method.uri].add(method.scope)
        return (method.uri, method.scope) in wanted

    def _taken(self, frame: Frame, number: int, op: flows.Attr) -> Sequence[Value]:
        found = options(self.evaluator.quick(frame, number))
        if not (any(map(_is_unknown, found)) and _may_ask(frame, op)):
            return found
        return options(self.evaluator.value(frame, number))


def _is_unknown(taken: Value) -> bool:
    """It is taken from an object that nobody knows."""
    return isinstance(taken.base if isinstance(taken, Method) else taken, Opaque)


def _may_ask(frame: Frame, op: flows.Attr) -> bool:
    """What nobody knows may have a method that asks; of the names of Python's own only what is called like that."""
    base = frame.ops[op.base]
    name = frame.scope.parameters[base.index].name if type(base) is flows.Param else getattr(base, "name", "")
    return op.name not in _COMMON or _ASKING.search(name) is not None


def _called(frame: Frame, op: flows.Attr, method: Function, on: Instance) -> _Called:
    base = frame.ops[op.base]
    is_first = type(base) is flows.Param and base.index == 0
    is_above = type(base) is flows.Call and base.name == "super"
    own = on.open and frame.scope.owner >= 0 and (is_first or is_above)
    place = (frame.uri, frame.number)
    return _Called((method.uri, method.scope), (on.of.uri, on.of.scope), on.open, place if own else None)
