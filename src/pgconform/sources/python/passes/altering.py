"""Functions that may change the rows they are handed, or hand them to what may: they are looked into with these."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.scopes.given import parameter_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Function
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.astray import is_made, named_in
from pgconform.sources.python.flows.summary import CHANGES
from pgconform.sources.python.passes.astray import astray, elsewhere
from pgconform.sources.python.passes.strange import HARMLESS, is_strange, used
from pgconform.sources.python.passes.taint import Taint


class Altering:
    """Asked of the functions that are handed rows. What one does is found out once, until all is forgotten."""

    def __init__(self, evaluator: Evaluator, taint: Taint) -> None:
        self.evaluator = evaluator
        self.ground = evaluator.ground
        self.taint = taint
        self._known: dict[tuple[Place, int], bool] = {}

    def forget(self) -> None:
        """Drop what was found out."""
        self._known.clear()

    def of(self, place: Place, index: int) -> bool:
        """A function may change rows that it is given as a parameter, or what is in these."""
        key = (place, index)
        if key not in self._known:
            seen: set[tuple[Place, int]] = set()
            if not self._alters(place, index, seen):
                self._known.update(dict.fromkeys(seen, False))
        return self._known[key]

    def _alters(self, place: Place, index: int, seen: set[tuple[Place, int]]) -> bool:
        """The same, where none of those ``seen`` on the way does; who does is noted."""
        key = (place, index)
        if key in seen or key in self._known:
            return self._known.get(key, False)
        seen.add(key)
        scope = self.ground.scope(*place)
        rows = self.taint.given(place, scope, {index})
        if not rows:
            return False
        frame = self.ground.alone(*place)
        does = any(self._does(frame, number, op, rows, seen) for number, op in enumerate(frame.ops))
        if does or self._loses(frame, rows):
            self._known[key] = True
            return True
        return False

    def _loses(self, frame: Frame, rows: bytearray) -> bool:
        """It, or another function of the file, puts keys into what may be these rows."""

        def known(number: int) -> bool | None:
            return named_in(frame.ops, number) < 0 if rows[number] else None

        if any(True for _ in astray(frame.ops, rows, known)):
            return True
        return any(known(value) for value, _, _ in elsewhere(self.evaluator, frame, rows))

    def _does(self, frame: Frame, number: int, op: flows.Op, rows: bytearray, seen: set[tuple[Place, int]]) -> bool:
        """One operation changes what may be rows, or hands them to what may."""
        if type(op) in CHANGES:
            return bool(rows[op.base]) and not is_made(frame.ops, op.base)  # type: ignore[union-attr]
        return type(op) is flows.Call and self._hands_over(frame, number, op, rows, seen)

    def _hands_over(
        self, frame: Frame, number: int, op: flows.Call, rows: bytearray, seen: set[tuple[Place, int]]
    ) -> bool:
        passed: list[tuple[int | str, int]] = [*enumerate(op.arguments), *op.keywords]
        handed = [where for where, item in passed if rows[item]]
        if not handed or (op.name in HARMLESS and not self.ground.functions(op.name)):
            return False
        if any(self._alters(*taker, seen) for taker in self._takers(frame, op, handed)):
            return True
        return op.name not in HARMLESS and is_strange(self.evaluator, frame, op) and number not in used(frame)

    def _takers(self, frame: Frame, op: flows.Call, handed: Sequence[int | str]) -> Iterator[tuple[Place, int]]:
        """The functions that a call hands some of its arguments to, with the parameter that takes one."""
        for function in options(self.evaluator.value(frame, op.function)):
            if isinstance(function, Function):
                scope = self.ground.scope(function.uri, function.scope)
                for where in handed if not scope.unfollowed else ():
                    if (taken := parameter_of(scope, function.bound, where)) >= 0:
                        yield (function.uri, function.scope), taken
