"""The scopes of all files of a project, read and followed as they are asked for, and who reads which names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from functools import cached_property, partial

import msgspec

from pgconform.sources.python.evaluate.scopes.renamed import Renamed
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Class
from pgconform.sources.python.flows.aliases import Aliases
from pgconform.sources.python.flows.heads import (
    UNNAMED,
    FlowFacts,
    Followed,
    Scope,
    Scopes,
    decode_followed,
    sets_globals,
)
from pgconform.sources.python.flows.operations import Op, decode_ops
from pgconform.sources.python.flows.scopes import called_name, follow_later, holder_of, holds, later_number
from pgconform.sources.python.flows.threads import hands_on
from pgconform.sources.python.modules.log import IMPORTS, STARS, STORES, Logging, methods_of, said
from pgconform.sources.python.modules.roads import Roads
from pgconform.support.patterns import deferred

_BLANKED = re.sub(rb"\W", b" ", bytes(range(256)))
_OPENED = deferred(rb"\s*\(")
"""Leaves nothing of a text but words, between spaces."""


class Ground(Logging):
    """The scopes of all files, and indexes over those that matter. ``speaking`` are the files to look at."""

    def __init__(self, facts: Mapping[str, FlowFacts], speaking: Iterable[str]) -> None:
        super().__init__()
        self.facts = facts
        self.speaking = tuple(sorted(speaking))
        self.roads = Roads(facts)
        self.renamed = Renamed(facts)
        self._kept: dict[str, Scopes] = {}
        self._heads: dict[str, tuple[Scope, ...]] = {}
        self._scopes: dict[str, dict[int, Scope]] = {}
        self.newly: list[Place] = []
        self._all_followed: dict[str, dict[int, memoryview]] = {}
        self._follows: dict[Place, Followed] = {}
        self._inner: dict[Place, tuple[int, ...]] = {}
        self._later: dict[Place, bytes] = {}
        self._ops: dict[Place, tuple[Op, ...]] = {}
        self._aliases: dict[Place, Aliases] = {}
        self._alone: dict[Place, Frame] = {}
        self._methods: dict[Class, dict[str, int]] = {}
        self._owned: dict[str, dict[int, list[tuple[int, Scope]]]] = {}
        self._identifiers: dict[Place, frozenset[str]] = {}
        self._named: dict[str, tuple[list[Place], frozenset[str]]] = {}
        self._read: dict[str, set[str]] = {}
        self._found: dict[tuple[str, str], tuple[int, ...]] = {}
        self._globals: dict[str, dict[str, list[tuple[int, int]]]] = {}
        self._known: Mapping[int, Mapping[str, tuple[int, ...]]] = {}
        self._other: frozenset[str] = frozenset()
        self.searched: dict[int, dict[str, tuple[int, ...]]] = {}

    def _so_far(self, uri: str) -> dict[int, Scope]:
        """The scopes of a file so far by number: following a function adds those within it."""
        if (found := self._scopes.get(uri)) is None:
            found = self._scopes[uri] = dict(enumerate(self.heads(uri)))
        return found

    def heads(self, uri: str) -> tuple[Scope, ...]:
        """The scopes of a file as it says them by itself, whatever was followed since; their places number them."""
        if (found := self._heads.get(uri)) is None:
            found = self._heads[uri] = self._scopes_of(uri).heads
        return found

    def _scopes_of(self, uri: str) -> Scopes:
        if (found := self._kept.get(uri)) is None:
            found = self._kept[uri] = self.facts[uri].scopes()
        return found

    def head(self, uri: str, number: int) -> Scope:
        """A scope as its file says it, whether or not it was followed since; a function that holds it is for it."""
        self.log.parts[uri].add(number)
        heads = self._heads.get(uri) or self.heads(uri)
        if number < len(heads):
            return heads[number]
        scopes = self._so_far(uri)
        if number not in scopes:
            self.scope(uri, holder_of(number))
        return scopes[number]

    def has(self, uri: str, number: int) -> bool:
        """There is a scope of that number; a function that holds it is followed for it."""
        self.log.parts[uri].add(number)
        around = holder_of(number)
        return number in self._so_far(uri) or (0 <= around < len(self.heads(uri)) and number in self.inner(uri, around))

    def scope(self, uri: str, number: int) -> Scope:
        """A scope whose body was followed, if it is one that can be."""
        found = self.head(uri, number)
        if not found.source:
            return found
        return self._scopes[uri][number] if (uri, number) in self._later else self._follow(uri, number, found)

    def inner(self, uri: str, number: int) -> tuple[int, ...]:
        """The scopes within a function of which a file has only the text; it is followed for them."""
        if (found := self._inner.get((uri, number))) is None:
            found = ()
            if holds(self.heads(uri)[number].source):
                self.scope(uri, number)
                found = tuple(map(partial(later_number, number), range(len(self._follows[uri, number].scopes) - 1)))
            self._inner[uri, number] = found
        return found

    def _follow(self, uri: str, number: int, head: Scope) -> Scope:
        scopes = self._so_far(uri)
        later = self._followed(uri, number, head)
        more = [later_number(number, index) for index in range(len(later.scopes) - 1)]
        for place, scope, body in zip((number, *more), later.scopes, later.bodies, strict=True):
            scopes[place] = scope
            self._later[uri, place] = body
            self._ops.pop((uri, place), None)
            self._aliases.pop((uri, place), None)
        return scopes[number]

    def _followed(self, uri: str, number: int, head: Scope) -> Followed:
        """A function followed now, or by an earlier run."""
        if (found := self._follows.get((uri, number))) is None:
            kept = self.followed(uri).get(number)
            if kept is None:
                found = follow_later(head, number)
                self.followed(uri)[number] = memoryview(msgspec.msgpack.encode(found))
                self.newly.append((uri, number))
            else:
                found = decode_followed(kept)
            self._follows[uri, number] = found
        return found

    def followed(self, uri: str) -> dict[int, memoryview]:
        """The functions of a file that were followed, as they are kept."""
        if (found := self._all_followed.get(uri)) is None:
            found = self._all_followed[uri] = dict(self.facts[uri].followed)
        return found

    def learn(self, uri: str, number: int, followed: memoryview) -> None:
        """A function of a file that was followed elsewhere."""
        if self.followed(uri).setdefault(number, followed) is followed:
            self.newly.append((uri, number))

    def around(self, uri: str, line: int) -> Iterator[int]:
        """The scopes that a line may lie in."""
        for number, head in enumerate(self.heads(uri)):
            if head.line <= line and (not head.source or line < head.line + head.source.count(b"\n") + 1):
                yield number
                yield from self.inner(uri, number)

    def ops(self, uri: str, number: int) -> tuple[Op, ...]:
        """The operations of a scope."""
        if (found := self._ops.get((uri, number))) is None:
            body = self._later.get((uri, number))
            found = self._ops[uri, number] = self._scopes_of(uri).ops(number) if body is None else decode_ops(body)
        return found

    def aliases(self, uri: str, number: int) -> Aliases:
        """Which operations of a scope are one object."""
        self.log.parts[uri].add(number)
        if (found := self._aliases.get((uri, number))) is None:
            scope = self.scope(uri, number)
            captured = partial(self._captured, uri)
            found = self._aliases[uri, number] = Aliases(self.ops(uri, number), scope.apart, scope.met, captured)
        return found

    def _captured(self, uri: str, number: int) -> Mapping[str, int]:
        return self.scope(uri, number).captured

    def alone(self, uri: str, number: int) -> Frame:
        """The frame of a scope by itself; there is one."""
        self.log.parts[uri].add(number)
        return self._alone.get((uri, number)) or self._by_itself(uri, number)

    def holding(self, uri: str, number: int, *ops: int) -> Frame:
        """The same, for some of its operations: of a module nothing but these, and those before them, is looked at."""
        if number:
            return self.alone(uri, number)
        for op in ops:
            self.log.parts[uri].add(~op)
        return self._alone.get((uri, 0)) or self._by_itself(uri, 0)

    def _by_itself(self, uri: str, number: int) -> Frame:
        scope = self.scope(uri, number) if number else self.heads(uri)[0]
        found = self._alone[uri, number] = Frame(uri, number, scope, self.ops(uri, number))
        return found

    def bound(self, uri: str, name: str) -> int:
        """The operation that a name of a module stands for at its end; -1: it has no such name."""
        self.log.parts[uri].add(name)
        heads = self.heads(uri)
        return heads[0].names.get(name, -1) if heads else -1

    def starred(self, uri: str) -> list[Op]:
        """The imports of everything that a module has."""
        self.log.parts[uri].add(STARS)
        ops = self.ops(uri, 0)
        return [ops[held] for name, held in self.heads(uri)[0].names.items() if name.startswith(STARS)]

    def imports(self, uri: str) -> tuple[str, ...]:
        """The modules that a file names, wherever in it."""
        self.log.parts[uri].add(IMPORTS)
        return self.facts[uri].imports

    def forget(self) -> None:
        """Drop the values that were worked out so far; scopes stay followed."""
        self._alone = {}

    def uses(self, place: Place) -> frozenset[str] | tuple[str, ...]:
        """The names a scope reads; of one of which its file has only the text, all words in it."""
        uri, number = place
        heads = self.heads(uri)
        return self._used(place, heads[number] if number < len(heads) else self.head(uri, number))

    def _used(self, place: Place, head: Scope) -> frozenset[str] | tuple[str, ...]:
        if not head.source:
            return head.summary.uses
        if (found := self._identifiers.get(place)) is None:
            found = self._identifiers[place] = frozenset(_words_of(head.source))
        return found

    def reads(self, uri: str, number: int, name: str) -> bool:
        """A scope reads a name; of one of which its file has only the text, that has the word."""
        self.log.parts[uri].add(number)
        return name in self.uses((uri, number))

    def using(self, name: str) -> list[Place]:
        """The scopes that read a name, by file; noted as an answer."""
        found = self.users({name})
        self.log.ask(("users", name, 0), found)
        return found

    def users(self, names: Iterable[str]) -> list[Place]:
        """The scopes that read any of these names, by file."""
        wanted = frozenset(names)
        search = said(sorted(wanted))
        if (found := self.searched.get(search)) is None:
            found = self.searched[search] = {}
            before = self._known.get(search)
            for uri in self.speaking:
                here = self._scopes_reading(uri, wanted) if before is None or uri in self._other else before.get(uri)
                if here:
                    found[uri] = here
        return [(uri, number) for uri, numbers in found.items() for number in numbers]

    def reading(self, names: frozenset[str]) -> set[str]:
        """The files with scopes that read any of these names."""
        return {uri for uri, _ in self.users(names)} if names else set()

    def remember(self, searched: Mapping[int, Mapping[str, tuple[int, ...]]], other: frozenset[str]) -> None:
        """What an earlier run found when it searched for names; since then the files ``other`` have changed."""
        self._known, self._other = searched, other

    def _scopes_reading(self, uri: str, wanted: frozenset[str]) -> tuple[int, ...]:
        if wanted.isdisjoint(self._read.get(uri) or self._words(uri)):
            return ()
        found: list[int] = []
        for number in self._readers(uri, wanted):
            found.append(number)
            found += [inner for inner in self.inner(uri, number) if not wanted.isdisjoint(self.uses((uri, inner)))]
        return tuple(found)

    def readers(self, uri: str, name: str) -> tuple[int, ...]:
        """The scopes of a file that read a name, as far as it says so by itself; noted as an answer."""
        if (found := self._found.get((uri, name))) is None:
            found = self._found[uri, name] = self._readers(uri, {name})
        self.log.ask(("readers", f"{name} {uri}", 0), found)
        return found

    def _readers(self, uri: str, wanted: AbstractSet[str]) -> tuple[int, ...]:
        """The scopes of a file that read any of these names; of which it has only the text, those with the words."""
        heads = enumerate(self.heads(uri))
        return tuple([number for number, head in heads if not wanted.isdisjoint(self._used((uri, number), head))])

    def _words(self, uri: str) -> set[str]:
        """The names that scopes of a file read."""
        heads = self.heads(uri)
        found = self._read[uri] = set(_words_of(b" ".join([head.source for head in heads])))
        found.update(*[head.summary.uses for head in heads if not head.source])
        return found

    def calls(self, place: Place, names: Iterable[str]) -> bool:
        """A scope may call one of these names; of one of which its file has only the text, that says so.

        One that imports something under another name may call it by that.
        """
        uri, number = place
        self.log.parts[uri].add(number)
        heads = self.heads(uri)
        source = heads[number].source if number < len(heads) else b""
        if not source or (b"import " in source and b" as " in source):
            return True
        common = frozenset(self.uses(place)).intersection(names)
        return bool(common) and (hands_on(source) or any(_is_called(name.encode(), source) for name in common))

    def nested(self, uri: str, number: int) -> bool:
        """The scope is that of a function within a function."""
        head = self.head(uri, number)
        return head.outer > 0 and self.head(uri, head.outer).kind in ("function", "lambda")

    def holder(self, uri: str, number: int) -> str:
        """What a scope is called: a lambda without a name as what it stands in."""
        head = self.head(uri, number)
        while head.name == UNNAMED:
            head = self.head(uri, head.outer)
        return head.name

    def functions(self, name: str) -> list[Place]:
        """The functions of that name, and those that some file imports under it; a constructor has its class's."""
        if (known := self._named.get(name)) is None:
            originals = self.renamed.originals(name)
            found = [place for one in sorted(originals) for place in self._called_so(one)]
            known = self._named[name] = found, originals
        self.log.named |= known[1]
        return known[0]

    def _called_so(self, name: str) -> Iterator[Place]:
        yield from self._functions.get(name, ())
        for uri, number in self._holders.get(name, ()):
            yield from ((uri, item) for item in self.inner(uri, number) if called_name(self.head(uri, item)) == name)

    @cached_property
    def _functions(self) -> dict[str, list[Place]]:
        return self._by_name(lambda facts: facts.functions)

    @cached_property
    def _holders(self) -> dict[str, list[Place]]:
        """The functions of which their files have only the texts, by the names of those within them."""
        return self._by_name(lambda facts: facts.holders)

    def _by_name(self, named: Callable[[FlowFacts], Iterable[tuple[str, int]]]) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for uri in self.speaking:
            for name, number in named(self.facts[uri]):
                found.setdefault(name, []).append((uri, number))
        return found

    def owned(self, of: Class) -> list[tuple[int, Scope]]:
        """The scopes of a class's methods with their numbers, whether or not their bodies were followed."""
        self._note_methods(of)
        if holder_of(of.scope) >= 0:
            return [(number, scope) for number, scope in self._so_far(of.uri).items() if scope.owner == of.scope]
        if (found := self._owned.get(of.uri)) is None:
            found = self._owned[of.uri] = {}
            for number, scope in enumerate(self.heads(of.uri)):
                found.setdefault(scope.owner, []).append((number, scope))
        return found.get(of.scope, [])

    def methods(self, of: Class) -> dict[str, int]:
        """The numbers of a class's methods by name; of equal names the last counts."""
        if (found := self._methods.get(of)) is None:
            functions = [(number, scope) for number, scope in self.owned(of) if scope.kind == "function"]
            found = self._methods[of] = {scope.name.rpartition(".")[2]: number for number, scope in functions}
        else:
            self._note_methods(of)
        return found

    def _note_methods(self, of: Class) -> None:
        self.log.parts[of.uri].add(methods_of(of.scope) if holder_of(of.scope) < 0 else of.scope)

    def global_stores(self, uri: str, name: str) -> list[tuple[int, int]]:
        """What functions assign to a name of their module: scope and operation."""
        self.log.parts[uri].add(STORES)
        if (found := self._globals.get(uri)) is None:
            found = self._globals[uri] = {}
            for number, head in enumerate(self.heads(uri)):
                assigns = sets_globals(head.source)
                for place in (number, *(self.inner(uri, number) if assigns else ())):
                    scope = self.scope(uri, place) if assigns else head
                    for stored, op in scope.globals:
                        found.setdefault(stored, []).append((place, op))
        return found.get(name, [])


def _is_called(name: bytes, source: bytes) -> bool:
    """A text has the name as a word with a bracket behind it; no pattern is made, for there are many names."""
    start = source.find(name)
    while start >= 0:
        end = start + len(name)
        if _OPENED.match(source, end) and not source[start - 1 : start].translate(_BLANKED).strip():
            return True
        start = source.find(name, end)
    return False


def _words_of(source: bytes) -> list[str]:
    return source.translate(_BLANKED).decode().split()
