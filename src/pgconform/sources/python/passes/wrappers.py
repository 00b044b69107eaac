"""Functions whose callers decide what is asked or read: their parameters reach a chain, or are rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import partial
from typing import TypeAlias

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Function
from pgconform.sources.python.flows.heads import Passed, Scope
from pgconform.sources.python.flows.operations import Call
from pgconform.sources.python.flows.scopes import called_name
from pgconform.sources.python.modules.answers import Answers
from pgconform.sources.python.modules.memo import State
from pgconform.sources.python.passes.settling import Its, Settled
from pgconform.sources.python.passes.spreading import Spreading, flags

ROUNDS = 8
"""How many functions, one around another, are seen to be such."""
_Asked: TypeAlias = tuple[tuple[Place, int], ...]
"""Functions, with the parameters that decide what is asked."""


class Wrappers:
    """The functions that have to be seen once for every call, with the parameters for whose sake as bits of a number.

    ``asking`` have chains that callers decide, which ``begun`` lists; ``names`` are what they are called by.
    """

    def __init__(self, evaluator: Evaluator, answers: Answers) -> None:
        self.evaluator = evaluator
        self.ground = ground = evaluator.ground
        self.asking: dict[Place, int] = {}
        self.begun: set[tuple[str, int, int]] = set()
        self._reads: Settled[Place] = Settled(ground, answers, lambda place: ("reads", *place), self._reading)
        self._any: Settled[str] = Settled(ground, answers, lambda name: ("any reads", name, 0), self._any_reading)
        for uri in ground.speaking:
            for item in ground.facts[uri].asking:
                self.asking[uri, item.number] = item.asks
                self.begun.update((uri, item.number, op) for op in item.begun)
        self.names: frozenset[str] = frozenset()

    def spread(self, rounds: Spreading) -> None:
        """Functions that pass their own parameters on to such a function are such functions."""
        fresh: Collection[Place] = self.asking
        for number in range(ROUNDS):
            names = self.ground.renamed.called(called_name(self.ground.head(*place)) for place in fresh)
            self.names |= names
            known = State(flags(self.asking.items()), self.names)
            found = list(rounds.round(f"asking {number}", names, known, _Asked, partial(self._passing_on, names)))
            fresh = {place: asked for here in found for place, asked in here if asked != self.asking.get(place)}
            if not fresh:
                break
            self.asking.update(fresh)

    def _passing_on(self, names: frozenset[str], places: Iterable[Place]) -> _Asked:
        """Those of these places that pass on what such functions ask for, as far as these are known."""
        calling = [place for place in places if self.ground.calls(place, names)]
        found = [(place, self._passed_on(place)) for place in calling]
        return tuple([(place, asked) for place, asked in found if asked])

    def _passed_on(self, place: Place) -> int:
        asked = self.asking.get(place, 0)
        for passed in self.ground.scope(*place).summary.passes:
            if passed.given & ~asked and any(
                self.asking.get(callee, 0) & position(self.ground.head(*callee), passed)
                for callee in self._called(place, passed)
            ):
                asked |= passed.given
        return asked

    def _called(self, place: Place, passed: Passed) -> list[Place]:
        """The functions that a call is of."""
        if not any(callee in self.asking for callee in self.ground.functions(passed.name)):
            return []
        frame = self.ground.alone(*place)
        call = frame.ops[passed.op]
        found = options(self.evaluator.value(frame, call.function)) if isinstance(call, Call) else ()
        return [(option.uri, option.scope) for option in found if isinstance(option, Function)]

    def passes_on(self, frame: Frame) -> set[str]:
        """The functions to which a call hands on what decides what is asked."""
        asked = self.asking.get((frame.uri, frame.number), 0)
        return {passed.name for passed in frame.scope.summary.passes if passed.given & asked} & self.names

    def reads(self, place: Place) -> int:
        """The parameters whose keys a function reads or changes, or hands to one that does."""
        return self._reads.of(place)

    def _reading(self, place: Place, found: int, its: Its[Place]) -> int:
        if not self.ground.has(*place):
            return found
        summary = self.ground.scope(*place).summary
        found |= summary.reads
        for passed in summary.passes:
            for callee in self.ground.functions(passed.name):
                if not passed.given & ~found:
                    break
                if (read := its(callee)) and read & position(self.ground.head(*callee), passed):
                    found |= passed.given
        return found

    def any_reads(self, name: str) -> bool:
        """A function of that name reads keys of a parameter."""
        return bool(self._any.of(name))

    def _any_reading(self, name: str, _: int, __: Its[str]) -> int:
        return int(any(self._reads.within(place) for place in self.ground.functions(name)))


def position(callee: Scope, passed: Passed) -> int:
    """The parameters of a function that an argument may become."""
    shift = 1 if callee.owner >= 0 and "staticmethod" not in callee.decorators else 0
    found = 0
    for index, item in enumerate(callee.parameters[:60]):
        by_name = item.kind in ("*", "**") or passed.place in ("**", item.name)
        if by_name or (passed.place.isdigit() and index == int(passed.place) + shift):
            found |= 1 << index
    return found
