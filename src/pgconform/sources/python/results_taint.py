"""Which values may be rows of a response, by the names of what is called: what is not, need not be worked out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from pgconform.sources.python import flows
from pgconform.sources.python.evaluate_needs import operands
from pgconform.sources.python.flows import FlowFacts, Scope

Place: TypeAlias = tuple[str, int]
_NEVER = frozenset({flows.Const, flows.Typed, flows.Class, flows.Import, flows.Join, flows.Percent, flows.Has})
_NONE = bytearray()


class Taint:
    """The operations of each scope whose value may be rows, or hold some.

    ``names`` are the functions that may return rows and the attributes that may keep them.
    """

    def __init__(self, facts: Mapping[str, FlowFacts]) -> None:
        self.facts = facts
        self.names: set[str] = {"execute"}
        self._found: dict[Place, bytearray] = {}
        self._users: dict[str, set[Place]] = {}
        self._inner: dict[Place, list[Place]] = {}
        self._index()
        self._spread()

    def of(self, place: Place) -> bytearray:
        """A 1 for every operation of a scope that may be rows; empty: none is."""
        return self._found.get(place, _NONE)

    def given(self, place: Place, parameters: set[int]) -> bytearray:
        """The same when these parameters are rows."""
        return self._tainted(place, self.facts[place[0]].scopes[place[1]], parameters)

    def _index(self) -> None:
        for uri, facts in self.facts.items():
            for number, scope in enumerate(facts.scopes):
                for op in scope.ops:
                    if type(op) is flows.Attr or type(op) is flows.Free:
                        self._users.setdefault(op.name, set()).add((uri, number))
                if scope.kind in ("function", "lambda") and scope.outer:
                    self._inner.setdefault((uri, scope.outer), []).append((uri, number))

    def _spread(self) -> None:
        queue = sorted(self._users.get("execute", ()))
        waiting = set(queue)
        while queue:
            place = queue.pop()
            waiting.discard(place)
            more = [other for other in self._read(place) if other not in waiting]
            waiting.update(more)
            queue += more

    def _read(self, place: Place) -> list[Place]:
        """Reads a scope again; the scopes that have to be read again because of what was found."""
        scope = self.facts[place[0]].scopes[place[1]]
        found = self._tainted(place, scope, set())
        if found == self._found.get(place):
            return []
        self._found[place] = found
        again = list(self._inner.get(place, ()))
        names = {op.name for op in scope.ops if type(op) is flows.Store and found[op.value]}
        if any(found[op] for op in (*scope.returns, *scope.yields)):
            names.add(scope.name.rpartition(".")[2])
            again += [(place[0], scope.outer)] if scope.outer else []
        for name in sorted(names - self.names):
            self.names.add(name)
            again += sorted(self._users.get(name, ()))
        return again

    def _tainted(self, place: Place, scope: Scope, given: set[int]) -> bytearray:
        found = bytearray(len(scope.ops))
        for number, op in enumerate(scope.ops):
            if type(op) in _NEVER:
                continue
            match op:
                case flows.Attr(base=base, name=name):
                    found[number] = found[base] or name in self.names
                case flows.Param(index=index):
                    found[number] = index in given
                case flows.Free(name=name):
                    found[number] = name in self.names or self._captured(place, scope, name)
                case flows.Func(scope=inner):
                    found[number] = self._gives(place[0], inner)
                case _:
                    found[number] = any(found[item] for item in operands(op))
        return found

    def _captured(self, place: Place, scope: Scope, name: str) -> bool:
        held = scope.captured.get(name)
        around = self._found.get((place[0], scope.outer), _NONE)
        return held is not None and held < len(around) and bool(around[held])

    def _gives(self, uri: str, number: int) -> bool:
        scope = self.facts[uri].scopes[number]
        found = self._found.get((uri, number), _NONE)
        return bool(found) and any(found[op] for op in (*scope.returns, *scope.yields))
