"""Which values may be rows of a response, by the names of what is called: what is not, need not be worked out."""

from __future__ import annotations

from pgconform.sources.python import flows
from pgconform.sources.python.evaluate_frames import Ground, Place
from pgconform.sources.python.flows import Op, Scope
from pgconform.sources.python.flows_summary import operands

_NEVER = frozenset({flows.Const, flows.Typed, flows.Class, flows.Import, flows.Join, flows.Percent, flows.Has})
_NONE = bytearray()


class Taint:
    """The operations of each scope whose value may be rows, or hold some.

    ``names`` are the functions that may return rows and the attributes that may keep them; a function within another
    is ``file#number``.
    """

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.names: set[str] = {"execute"}
        self._found: dict[Place, bytearray] = {}
        self._spread()

    def _spread(self) -> None:
        """All names, from those of functions that give what others give."""
        fresh = {"execute"}
        while fresh:
            found: set[str] = set()
            for place in self.ground.users(fresh):
                found |= self._given(place)
            fresh = found - self.names
            self.names |= fresh

    def _given(self, place: Place) -> set[str]:
        """The names under which what a scope gives, or keeps, is known."""
        scope = self.ground.scope(*place)
        found: set[str] = set()
        if self._any(place[0], scope.summary.gives):
            inner = scope.kind == "lambda" or self.ground.nested(*place)
            found.add(f"{place[0]}#{place[1]}" if inner else scope.name.rpartition(".")[2])
            if inner:
                found |= self._given((place[0], scope.outer)) if scope.outer else set()
        found.update(name for name, names in scope.summary.keeps if self._any(place[0], names))
        return found

    def _any(self, uri: str, names: tuple[str, ...]) -> bool:
        return any(name in self.names or (name.startswith("#") and f"{uri}{name}" in self.names) for name in names)

    def of(self, place: Place) -> bytearray:
        """A 1 for every operation of a scope that may be rows; empty: none is."""
        if (found := self._found.get(place)) is None:
            scope = self.ground.scope(*place)
            used = not self.names.isdisjoint(scope.summary.uses) or bool(scope.captured)
            self._found[place] = _NONE
            found = self._found[place] = self.given(place, scope, set()) if used else _NONE
        return found

    def given(self, place: Place, scope: Scope, parameters: set[int]) -> bytearray:
        """The same when these parameters are rows."""
        ops = self.ground.ops(*place)
        found = bytearray(len(ops))
        for number, op in enumerate(ops):
            if type(op) not in _NEVER:
                found[number] = self._one(place, scope, op, found, parameters)
        return found if any(found) else _NONE

    def _one(self, place: Place, scope: Scope, op: Op, found: bytearray, parameters: set[int]) -> bool:
        if type(op) is flows.Attr:
            return bool(found[op.base]) or op.name in self.names
        if type(op) is flows.Free:
            return op.name in self.names or self._captured(place, scope, op.name)
        if type(op) is flows.Param:
            return op.index in parameters
        if type(op) is flows.Func:
            return f"{place[0]}#{op.scope}" in self.names
        return any(found[item] for item in operands(op))

    def _captured(self, place: Place, scope: Scope, name: str) -> bool:
        held = scope.captured.get(name)
        if held is None:
            return False
        around = self.of((place[0], scope.outer))
        return held < len(around) and bool(around[held])
