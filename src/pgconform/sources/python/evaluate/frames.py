"""Where operations have their values: a scope, seen by itself or as one call runs it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TypeAlias

import msgspec

from pgconform.sources.python.evaluate.values import Class, Later, Value
from pgconform.sources.python.flows.heads import FlowFacts, Followed, Scope
from pgconform.sources.python.flows.operations import Op, decode_ops
from pgconform.sources.python.flows.scopes import follow_later, holder_of, later_number
from pgconform.sources.python.modules.log import Logging, said
from pgconform.sources.python.modules.roads import Roads

Identity: TypeAlias = tuple[object, ...]
Place: TypeAlias = tuple[str, int]
_GLOBAL = re.compile(rb"\bglobal\s")
_BLANKED = re.sub(rb"\W", b" ", bytes(range(256)))
"""Leaves nothing of a text but words, between spaces."""


class Frame:
    """A scope and the values of its operations so far. ``given`` are its parameters' values where a call says them.

    ``home`` is the file of the scope in which the call began, however deep it is nested.
    ``brief`` are values worked out without looking into calls. ``rows`` marks what may be rows of a response.
    """

    __slots__ = (
        "brief",
        "depth",
        "given",
        "home",
        "identity",
        "memo",
        "number",
        "ops",
        "outer",
        "rows",
        "scope",
        "uri",
    )

    def __init__(self, uri: str, number: int, scope: Scope, ops: tuple[Op, ...]) -> None:
        self.uri = uri
        self.number = number
        self.scope = scope
        self.ops = ops
        self.given: dict[int, Value | Later] | None = None
        self.outer: Frame | None = None
        self.identity: Identity = (uri, number)
        self.home = uri
        self.depth = 0
        self.memo: dict[int, Value] = {}
        self.brief: dict[int, Value] = {}
        self.rows: bytearray | None = None

    def called(self, given: dict[int, Value | Later], outer: Frame | None, caller: Frame, op: int) -> Frame:
        """The same scope as one call runs it."""
        frame = Frame(self.uri, self.number, self.scope, self.ops)
        frame.given = given
        frame.outer = outer
        frame.identity = (self.uri, self.number, caller.identity, op)
        frame.home = caller.home
        frame.depth = caller.depth + 1
        return frame

    @property
    def alone(self) -> bool:
        """The scope is seen by itself, whoever calls it."""
        return self.given is None


class Ground(Logging):
    """The scopes of all files, and indexes over those that matter. ``speaking`` are the files to look at."""

    def __init__(self, facts: Mapping[str, FlowFacts], speaking: Iterable[str]) -> None:
        super().__init__()
        self.facts = facts
        self.speaking = tuple(sorted(speaking))
        self.roads = Roads(facts)
        self.added: list[Place] = []
        self._scopes: dict[str, dict[int, Scope]] = {}
        self.followed: dict[str, dict[int, Followed]] = {}
        self.newly: list[tuple[str, Followed]] = []
        self._later: dict[Place, msgspec.Raw] = {}
        self._ops: dict[Place, tuple[Op, ...]] = {}
        self._alone: dict[Place, Frame] = {}
        self._identifiers: dict[Place, frozenset[str]] = {}
        self._read: dict[str, set[str]] = {}
        self._known: Mapping[int, Mapping[str, tuple[int, ...]]] = {}
        self._other: frozenset[str] = frozenset()
        self.searched: dict[int, dict[str, tuple[int, ...]]] = {}

    def scopes(self, uri: str) -> dict[int, Scope]:
        """The scopes of a file so far by number: following a function adds those within it."""
        self.log.files.add(uri)
        if (found := self._scopes.get(uri)) is None:
            found = self._scopes[uri] = dict(enumerate(self.facts[uri].scopes))
        return found

    def head(self, uri: str, number: int) -> Scope:
        """A scope as its file says it, whether or not its body was followed."""
        return self.scopes(uri)[number]

    def has(self, uri: str, number: int) -> bool:
        """There is a scope of that number; a function that holds it is followed for it."""
        scopes = self.scopes(uri)
        if number not in scopes and (around := holder_of(number)) in scopes:
            self.scope(uri, around)
        return number in scopes

    def scope(self, uri: str, number: int) -> Scope:
        """A scope whose body was followed, if it is one that can be."""
        found = self.scopes(uri)[number]
        return self._follow(uri, number, found) if found.source else found

    def _follow(self, uri: str, number: int, head: Scope) -> Scope:
        scopes = self.scopes(uri)
        later = self._followed(uri, number, head)
        more = [later_number(number, index) for index in range(len(later.scopes) - 1)]
        for place, scope, body in zip((number, *more), later.scopes, later.bodies, strict=True):
            scopes[place] = scope
            self._later[uri, place] = body
            self._ops.pop((uri, place), None)
        self.added += [(uri, place) for place in more]
        return scopes[number]

    def _followed(self, uri: str, number: int, head: Scope) -> Followed:
        """A function followed now, or by an earlier run."""
        kept = self._all_followed(uri)
        if (found := kept.get(number)) is None:
            found = kept[number] = follow_later(head, number)
            self.newly.append((uri, found))
        return found

    def _all_followed(self, uri: str) -> dict[int, Followed]:
        if (kept := self.followed.get(uri)) is None:
            kept = self.followed[uri] = {item.number: item for item in self.facts[uri].followed}
        return kept

    def learn(self, uri: str, followed: Followed) -> None:
        """A function of a file that was followed elsewhere."""
        self._all_followed(uri).setdefault(followed.number, followed)
        self.scope(uri, followed.number)

    def ops(self, uri: str, number: int) -> tuple[Op, ...]:
        """The operations of a scope."""
        if (found := self._ops.get((uri, number))) is None:
            body = self._later.get((uri, number))
            found = self._ops[uri, number] = self.facts[uri].ops(number) if body is None else decode_ops(body)
        return found

    def alone(self, uri: str, number: int) -> Frame:
        """The frame of a scope by itself; there is one."""
        self.log.files.add(uri)
        if (found := self._alone.get((uri, number))) is None:
            scope = self.scope(uri, number)
            found = self._alone[uri, number] = Frame(uri, number, scope, self.ops(uri, number))
        return found

    def forget(self) -> None:
        """Drop the values that were worked out so far; scopes stay followed."""
        self._alone = {}

    @cached_property
    def _places(self) -> list[Place]:
        return [(uri, number) for uri in self.speaking for number in range(len(self.facts[uri].scopes))]

    def places(self) -> list[Place]:
        """All scopes of the files to look at."""
        return self._places + self.added

    def uses(self, place: Place) -> frozenset[str] | tuple[str, ...]:
        """The names a scope reads; of one that was not followed, all words in it."""
        head = self.scopes(place[0])[place[1]]
        if not head.source:
            return head.summary.uses
        if (found := self._identifiers.get(place)) is None:
            found = self._identifiers[place] = frozenset(_words_of(head.source))
        return found

    def users(self, names: Iterable[str]) -> list[Place]:
        """The scopes that read any of these names, by file."""
        wanted = frozenset(names)
        search = said(sorted(wanted))
        before = self._known.get(search)
        found = self.searched[search] = {}
        for uri in self.speaking:
            here = self._scopes_reading(uri, wanted) if before is None or uri in self._other else before.get(uri)
            if here:
                found[uri] = here
        return [(uri, number) for uri, numbers in found.items() for number in numbers if self.has(uri, number)]

    def reading(self, names: frozenset[str]) -> set[str]:
        """The files with scopes that read any of these names."""
        return {uri for uri, _ in self.users(names)} if names else set()

    def remember(self, searched: Mapping[int, Mapping[str, tuple[int, ...]]], other: frozenset[str]) -> None:
        """What an earlier run found when it searched for names; since then the files ``other`` have changed."""
        self._known, self._other = searched, other

    def _scopes_reading(self, uri: str, wanted: frozenset[str]) -> tuple[int, ...]:
        if wanted.isdisjoint(self._words(uri)):
            return ()
        return tuple([number for number in list(self.scopes(uri)) if not wanted.isdisjoint(self.uses((uri, number)))])

    def _words(self, uri: str) -> set[str]:
        """The names that scopes of a file read."""
        if (found := self._read.get(uri)) is None:
            scopes = self.scopes(uri).values()
            found = self._read[uri] = set(_words_of(b" ".join([scope.source for scope in scopes])))
            found.update(*[scope.summary.uses for scope in scopes if not scope.source])
        return found

    def calls(self, place: Place, names: Iterable[str]) -> bool:
        """A scope may call one of these names; of one that was not followed, its text says so."""
        source = self.head(*place).source
        if not source:
            return True
        used = self.uses(place)
        return any(re.search(rb"\b%b\s*\(" % name.encode(), source) for name in names if name in used)

    def nested(self, uri: str, number: int) -> bool:
        """The scope is that of a function within a function."""
        head = self.head(uri, number)
        return head.outer > 0 and self.head(uri, head.outer).kind in ("function", "lambda")

    @cached_property
    def functions(self) -> dict[str, list[Place]]:
        """The functions by name; a constructor by its class's."""
        found: dict[str, list[Place]] = {}
        for uri, number in self.places():
            head = self.head(uri, number)
            if head.kind in ("function", "lambda"):
                found.setdefault(called_name(head), []).append((uri, number))
        return found

    @cached_property
    def _methods(self) -> dict[Class, dict[str, int]]:
        return {}

    def methods(self, of: Class) -> dict[str, int]:
        """The scopes of a class's methods by name; of equal names the last counts."""
        self.log.files.add(of.uri)
        if (found := self._methods.get(of)) is None:
            found = self._methods[of] = {}
            for number, scope in self.scopes(of.uri).items():
                if scope.owner == of.scope and scope.kind == "function":
                    found[scope.name.rpartition(".")[2]] = number
        return found

    @cached_property
    def _globals(self) -> dict[str, dict[str, list[tuple[int, int]]]]:
        return {}

    def global_stores(self, uri: str, name: str) -> list[tuple[int, int]]:
        """What functions assign to a name of their module: scope and operation."""
        self.log.files.add(uri)
        if (found := self._globals.get(uri)) is None:
            found = self._globals[uri] = {}
            for number, head in list(self.scopes(uri).items()):
                scope = self.scope(uri, number) if _GLOBAL.search(head.source) else head
                for stored, op in scope.globals:
                    found.setdefault(stored, []).append((number, op))
        return found.get(name, [])


def _words_of(source: bytes) -> list[str]:
    return source.translate(_BLANKED).decode().split()


def called_name(head: Scope) -> str:
    """The name by which a function is called; a constructor by its class's."""
    owner, _, name = head.name.rpartition(".")
    return owner if name == "__init__" else name
