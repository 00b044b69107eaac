"""Where operations have their values: a scope, seen by itself or as one call runs it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TypeAlias

from pgconform.sources.python.evaluate_values import Class, Value
from pgconform.sources.python.flows import Call, FlowFacts, Scope
from pgconform.sources.python.roads import Roads

Identity: TypeAlias = tuple[object, ...]


class Frame:
    """A scope and the values of its operations so far. ``given`` are its parameters' values where a call says them."""

    __slots__ = ("depth", "given", "identity", "memo", "number", "outer", "scope", "uri")

    def __init__(
        self,
        uri: str,
        number: int,
        scope: Scope,
        *,
        given: dict[int, Value] | None = None,
        outer: Frame | None = None,
        call: tuple[Frame, int] | None = None,
    ) -> None:
        self.uri = uri
        self.number = number
        self.scope = scope
        self.given = given
        self.outer = outer
        self.identity: Identity = (uri, number) if call is None else (uri, number, call[0].identity, call[1])
        self.depth: int = 0 if call is None else call[0].depth + 1
        self.memo: dict[int, Value] = {}

    @property
    def alone(self) -> bool:
        """The scope is seen by itself, whoever calls it."""
        return self.given is None


class Ground:
    """The scopes of all files, and indexes over them."""

    def __init__(self, flows: Mapping[str, FlowFacts]) -> None:
        self.flows = flows
        self.roads = Roads(flows)
        self._alone: dict[tuple[str, int], Frame] = {}

    def scope(self, uri: str, number: int) -> Scope:
        return self.flows[uri].scopes[number]

    def alone(self, uri: str, number: int) -> Frame:
        """The frame of a scope by itself; there is one."""
        if (found := self._alone.get((uri, number))) is None:
            found = self._alone[uri, number] = Frame(uri, number, self.flows[uri].scopes[number])
        return found

    @cached_property
    def calls(self) -> dict[str, list[tuple[str, int, int]]]:
        """Every call by the name it is called by: file, scope, operation."""
        found: dict[str, list[tuple[str, int, int]]] = {}
        for uri, facts in self.flows.items():
            for number, scope in enumerate(facts.scopes):
                for op, call in enumerate(scope.ops):
                    if type(call) is Call:
                        called = scope.ops[call.function]
                        name = getattr(called, "name", "")
                        if name:
                            found.setdefault(name, []).append((uri, number, op))
        return found

    @cached_property
    def classes(self) -> tuple[Class, ...]:
        """Every class, by file and place."""
        return tuple(
            Class(uri, number)
            for uri, facts in self.flows.items()
            for number, scope in enumerate(facts.scopes)
            if scope.kind == "class"
        )

    @cached_property
    def methods(self) -> dict[Class, dict[str, int]]:
        """The scopes of the methods of each class by name; of equal names the last counts."""
        found: dict[Class, dict[str, int]] = {}
        for uri, facts in self.flows.items():
            for number, scope in enumerate(facts.scopes):
                if scope.owner >= 0 and scope.kind == "function":
                    name = scope.name.rpartition(".")[2]
                    found.setdefault(Class(uri, scope.owner), {})[name] = number
        return found

    @cached_property
    def global_stores(self) -> dict[tuple[str, str], list[tuple[int, int]]]:
        """What functions assign to their module's names: scope and operation by file and name."""
        found: dict[tuple[str, str], list[tuple[int, int]]] = {}
        for uri, facts in self.flows.items():
            for number, scope in enumerate(facts.scopes):
                for name, op in scope.globals:
                    found.setdefault((uri, name), []).append((number, op))
        return found
