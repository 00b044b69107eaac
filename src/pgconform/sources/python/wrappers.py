"""Functions whose callers decide what is asked or read: their parameters reach a chain, or are rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from pgconform.sources.python import flows
from pgconform.sources.python.evaluate_chains import STARTERS
from pgconform.sources.python.evaluate_needs import CHAINED, essential, keys_from, name_of, own
from pgconform.sources.python.flows import Call, FlowFacts, Scope

ROUNDS = 4
Place: TypeAlias = tuple[str, int]
_OF_ROWS = (flows.Item, flows.Put, flows.Update, flows.Has)
_ONLY_CHAINS = frozenset({"eq", "neq", "gte", "lte", "in_", "is_", "ilike", "or_", "order", "execute", "single"})
_READS = frozenset({"get", "pop"})


class Wrappers:
    """The functions that have to be seen once for every call, with the parameters for whose sake.

    ``asking`` have chains that callers decide, which ``begun`` lists; ``reading`` read or change what may be rows.
    """

    def __init__(self, facts: Mapping[str, FlowFacts]) -> None:
        self.asking: dict[Place, set[int]] = {}
        self.reading: dict[Place, set[int]] = {}
        self.begun: set[tuple[str, int, int]] = set()
        scopes = [(uri, number, scope) for uri, each in facts.items() for number, scope in enumerate(each.scopes)]
        self._functions = [item for item in scopes if item[2].parameters]
        self._scopes = {(uri, number): scope for uri, number, scope in scopes}
        self._rooted: dict[tuple[str, int, int], frozenset[int]] = {}
        for uri, number, scope in self._functions:
            self._look((uri, number), scope)
        self.asking_names = self._spread(self.asking)
        self.reading_names = self._spread(self.reading)

    def _look(self, place: Place, scope: Scope) -> None:
        for op, what in enumerate(scope.ops):
            if type(what) is Call:
                self._look_at_call(place, scope, op, what)
            elif isinstance(what, _OF_ROWS):
                self._add(self.reading, place, self._given(place, what.base))

    def _look_at_call(self, place: Place, scope: Scope, op: int, call: Call) -> None:
        for name, value in call.keywords:
            if name == "**":
                self._add(self.reading, place, self._given(place, value))
        function = scope.ops[call.function]
        if type(function) is not flows.Attr:
            return
        if function.name in _READS and call.arguments:
            self._add(self.reading, place, self._given(place, function.base))
        if function.name in CHAINED and (decided := self._decided(place, scope, call, function)):
            self._add(self.asking, place, decided)
            self.begun.update((*place, start) for start in starts(scope, op))

    def _decided(self, place: Place, scope: Scope, call: Call, function: flows.Attr) -> set[int]:
        """The parameters that say what this call of a chain names, or give the chain it goes on with."""
        found = own(scope, keys_from(scope, essential(function.name, call)))
        if found and function.name not in STARTERS and not any(True for _ in starts(scope, function.base)):
            found = set()
        return found | self._given(place, function.base) if function.name in _ONLY_CHAINS else found

    def _add(self, kind: dict[Place, set[int]], place: Place, found: Iterable[int]) -> None:
        if found:
            kind.setdefault(place, set()).update(found)

    def _given(self, place: Place, op: int) -> frozenset[int]:
        """The parameters that a value is, or is a part of."""
        key = (*place, op)
        if key not in self._rooted:
            scope = self._scopes[place]
            self._rooted[key] = frozenset(own(scope, rooted(scope, op)))
        return self._rooted[key]

    def _spread(self, kind: dict[Place, set[int]]) -> set[str]:
        """Functions that pass their own parameters on to such a function are such functions; the names of all."""
        names: set[str] = set()
        for _ in range(ROUNDS):
            by_name: dict[str, list[tuple[Scope, set[int]]]] = {}
            for place, found in kind.items():
                by_name.setdefault(self._called(place), []).append((self._scopes[place], found))
            before = sum(map(len, kind.values()))
            for uri, number, scope in self._functions:
                self._pass_on(kind, (uri, number), scope, by_name)
            names |= set(by_name)
            if sum(map(len, kind.values())) == before:
                break
        return names

    def _pass_on(
        self, kind: dict[Place, set[int]], place: Place, scope: Scope, by_name: dict[str, list[tuple[Scope, set[int]]]]
    ) -> None:
        for what in scope.ops:
            if type(what) is Call and (callees := by_name.get(name_of(scope, what))):
                for callee, wanted in callees:
                    for value in passed(callee, what, wanted):
                        self._add(kind, place, self._given(place, value))

    def _called(self, place: Place) -> str:
        """The name by which a function is called; a constructor by its class's."""
        owner, _, name = self._scopes[place].name.rpartition(".")
        return owner if name == "__init__" else name


def passed(callee: Scope, call: Call, wanted: set[int]) -> list[int]:
    """The operations a call passes for these parameters."""
    names = {callee.parameters[index].name for index in wanted}
    found = [value for name, value in call.keywords if name in names or name == "**"]
    shift = 1 if callee.owner >= 0 and "staticmethod" not in callee.decorators else 0
    for index in wanted:
        if callee.parameters[index].kind in ("*", "**"):
            return [*call.arguments, *(value for _, value in call.keywords)]
        if 0 <= index - shift < len(call.arguments):
            found.append(call.arguments[index - shift])
    return found


def rooted(scope: Scope, op: int) -> set[int]:
    """The parameters that a value is, is a part of, or grew out of."""
    found: set[int] = set()
    for number in _roots(scope, op):
        what = scope.ops[number]
        if isinstance(what, flows.Param):
            found.add(what.index)
    return found


def starts(scope: Scope, op: int) -> Iterator[int]:
    """The calls that began the chain a call is part of."""
    for number in _roots(scope, op):
        what = scope.ops[number]
        if type(what) is Call and name_of(scope, what) in ("table", "from_", "from_table", "rpc"):
            yield number


def _roots(scope: Scope, op: int) -> Iterator[int]:
    seen: set[int] = set()
    queue = [op]
    while queue:
        number = queue.pop()
        if number in seen:
            continue
        seen.add(number)
        yield number
        match scope.ops[number]:
            case flows.Either(options=found):
                queue += found
            case flows.Call(function=function) if isinstance(scope.ops[function], flows.Attr):
                queue.append(function)
            case flows.Attr(base=base) | flows.Item(base=base) | flows.Elem(base=base) | flows.Slice(base=base):
                queue.append(base)
            case flows.Sure(base=base) | flows.Noted(base=base) | flows.Enter(base=base) | flows.Star(base=base):
                queue.append(base)
            case flows.Put(base=base) | flows.Update(base=base) | flows.Append(base=base) | flows.Drop(base=base):
                queue.append(base)
