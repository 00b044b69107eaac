"""Stage two: what the operations of a project come to, across its files, without running anything."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping

from pgconform.shape import Location
from pgconform.sources.python.evaluate.calls import Calls
from pgconform.sources.python.evaluate.changes import as_of
from pgconform.sources.python.evaluate.names import Names, Where
from pgconform.sources.python.evaluate.objects.kept import Touch
from pgconform.sources.python.evaluate.objects.proxies import attribute
from pgconform.sources.python.evaluate.readers import READERS
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.scopes.keys import by_key
from pgconform.sources.python.evaluate.scopes.standing import standing
from pgconform.sources.python.evaluate.values.choices import under
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.joins import (
    by_needs,
    closed,
    gathered,
    meet,
    one_way_or_other,
    parted_by_key,
    tied_by_tests,
)
from pgconform.sources.python.evaluate.values.kinds import UNBOUND, UNKNOWN, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import FlowFacts

DEEPEST = 240
"""Operations that wait for one another; a longer row of them is not followed."""
_FRAMES = 12
"""Python's own frames that one of them may take, at most."""


class Evaluator:
    """The values of operations; each is worked out once per frame, when it is first asked for."""

    def __init__(self, facts: Mapping[str, FlowFacts], speaking: Iterable[str]) -> None:
        self.hasty = False
        self.changing: dict[tuple[Place, int], bool] = {}
        self.touching: dict[Place, tuple[Touch, ...]] = {}
        self.ground = Ground(facts, speaking)
        self.names = Names(self)
        self.calls = Calls(self)
        self._depth = 0
        self._asked: Frame | None = None
        sys.setrecursionlimit(max(sys.getrecursionlimit(), (DEEPEST + 1) * _FRAMES + 1000))

    def forget(self) -> None:
        """Drop all values: what is worked out next is so as if nothing had been before."""
        self.changing, self.touching = {}, {}
        self._asked = None
        self.ground.forget()
        self.names.forget()
        self.calls.forget()

    def value(self, frame: Frame, op: int) -> Value:
        """The value of an operation; one that needs itself is not known."""
        memo = frame.memo
        if (found := memo.get(op)) is not None:
            return found
        if self.hasty:
            memo = frame.brief
            if (found := memo.get(op)) is not None:
                return found
        if self._depth > DEEPEST:
            return UNKNOWN
        memo[op] = UNKNOWN
        self._depth += 1
        depth, what = self._depth, frame.ops[op]
        if depth == 1 and frame.alone and frame is not self._asked:
            self._asked = frame
            self.calls.begin()
        try:
            found = memo[op] = READERS[type(what)](self, frame, what, op)
        except RecursionError:  # a value may be nested deeper than operations wait for one another
            found = UNKNOWN
        self._depth = depth - 1
        return found

    def quick(self, frame: Frame, op: int) -> Value:
        """The value as far as it is known without looking into calls."""
        before, self.hasty = self.hasty, True
        try:
            return self.value(frame, op)
        finally:
            self.hasty = before

    def attribute(self, frame: Frame, number: int, base: Value, name: str, where: Where = None) -> Value:
        """``base.name`` as an operation asks for it; see `Names.attribute`."""
        return attribute(self, frame, number, base, name, where)

    def later(self, frame: Frame, op: int) -> Value | Later:
        """The value of an operation, worked out when it is asked for unless it is known."""
        what = frame.ops[op]
        if type(what) is flows.Const or type(what) is flows.Typed:
            return self.value(frame, op)
        return frame.memo.get(op) or Later(lambda: self.value(frame, op), lambda: self.quick(frame, op))

    def handed(self, frame: Frame, op: int, until: int) -> Value | Later:
        """The value of an operation as another is handed it; see `pgconform.sources.python.evaluate.changes`."""
        what = frame.ops[op]
        if type(what) is flows.Const or type(what) is flows.Typed:
            return self.value(frame, op)
        return Later(lambda: as_of(self, frame, op, until), lambda: self.quick(frame, op))

    def at(self, frame: Frame, op: int, until: int) -> Value:
        """The value of an operation when operation ``until`` is reached."""
        return as_of(self, frame, op, until)

    def met(self, frame: Frame, op: flows.Either, choice: int, found: list[Value]) -> Value:
        """What a ``choice`` comes to whose options have these values."""
        if frame.closed:
            found = [frame.closed.get((choice, option), value) for option, value in enumerate(found)]
        tests = [[by_key(self, frame, need) for need in needs] for needs in op.needs]
        by = one_way_or_other(tests) if tests else None
        within = [*found]
        for number, needs in enumerate(tests):
            for need in needs:
                within[number] = under(within[number], need, several=len(found) > 1)
        if tests and len(found) > 1 and op.earlier < 0 and (parted := parted_by_key(within)) is not None:
            return parted
        found = within if by is None else found
        if len(found) == 1:
            return found[0]
        if by is None:
            found = tied_by_tests(found, tests) if tests else found
            choice_of = standing((frame.identity, op.join), frame.scope.attempts, op.options)
        else:
            choice_of = by.choice
            found = found[::-1] if by.options[0] is UNBOUND else found
        met = by_needs(choice_of, found, op.fallback) if op.needs else meet(choice_of, found, op.fallback)
        if op.earlier == flows.CHANGED:
            return gathered(met)
        return met if op.earlier < 0 else closed(met, self.value(frame, op.earlier))

    def all(self, frame: Frame, ops: tuple[int, ...]) -> list[Value]:
        return [self.value(frame, op) for op in ops]

    def place(self, frame: Frame, line: int, column: int) -> Location:
        return Location(frame.uri, line, column)
