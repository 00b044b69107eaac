"""What was worked out file by file, kept between runs: each result while all that was looked at for it stays so."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import msgspec

from pgconform.sources.python.flows.scopes import outermost
from pgconform.sources.python.modules.answers import Answers, KeptAnswers
from pgconform.sources.python.modules.edits import Edit
from pgconform.sources.python.modules.log import FilePart, Log, Question
from pgconform.support.kept import KeptMany

T = TypeVar("T")
Others: TypeAlias = dict[int, frozenset[int] | None]
"""Scopes by the numbers of their files; None for all of them."""
Searches: TypeAlias = Mapping[int, Mapping[str, tuple[int, ...]]]


class Asking(Protocol):
    """The project as it is now."""

    def logged(self) -> AbstractContextManager[Log]:
        """Notes what is looked at."""

    def answer(self, question: Question) -> int:
        """A digest of the answer to a question about the whole project."""


class Edits(Protocol):
    """Tells what was changed of files."""

    def edit(self, uri: str, state: bytes, *, placed: bool) -> Edit | None:
        """What of a file is another than when it had that digest, as far as it is known; see `Edit`."""

    def moved(self, uri: str, state: bytes) -> frozenset[str] | None:
        """The names that other functions of a file have than when it had that digest; None where that is not known."""


class Result(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One result: its kind and file, what else decides it, the numbers of the files it is made of, and answers.

    ``parts`` are those that were looked at, of files of which not all may have been: parts by number.
    """

    kind: str
    uri: str
    key: int
    files: frozenset[int]
    asked: tuple[tuple[Question, int], ...]
    parts: memoryview
    value: memoryview


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What one of several processes found."""

    results: list[Result]
    answers: KeptAnswers


class State(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a project when a stage begins: ``flags`` are digests of what is known of scopes, by file.

    ``names`` decide by themselves whether something that reads them is looked at.
    """

    flags: dict[str, dict[int, int]] = {}
    names: frozenset[str] = frozenset()


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a run beside its results: digests of its files in order, and what was known at each stage.

    ``searched`` are the scopes found by the numbers of their files, for each search.
    """

    states: tuple[bytes, ...] = ()
    stages: dict[str, State] = {}
    searched: dict[int, dict[int, tuple[int, ...]]] = {}
    answers: KeptAnswers = KeptAnswers()


class Memo:
    """The results for a project's files, those of an earlier run where they hold.

    ``states`` are the digests of all its files; ``key`` is what else decides all results. Nothing is kept without a
    ``root``. ``edits`` tell what was changed of files. ``held`` are the results of this run by kind and file.
    """

    def __init__(
        self,
        root: Path | None,
        states: Mapping[str, bytes],
        key: Iterable[bytes] = (),
        edits: Edits | None = None,
    ) -> None:
        self._uris = sorted(states)
        self._states = tuple(states[uri] for uri in self._uris)
        self._numbers = {uri: number for number, uri in enumerate(self._uris)}
        self._place: KeptMany[Run, tuple[str, str], Result] | None = None
        if root:
            parts = (*map(_bytes, self._uris), *key)
            self._place = KeptMany("links", root.resolve(), parts, (Run, tuple[str, str], Result))
        self._known = self._place.load() if self._place else {}
        self._kept = (self._place.head if self._place else None) or Run()
        self._changed = {number for number, state in enumerate(self._kept.states) if state != self._states[number]}
        self._telling = edits
        self._edits: dict[tuple[int, bool], Edit | None] = {}
        self._answered: dict[Question, int] = {}
        self._stages: dict[str, State] = {}
        self._fresh = False
        self.held: dict[tuple[str, str], Result] = {}
        moved = self._moved()
        redefined = set(filter(self._redefined, self._changed))
        self.answers = Answers(
            KeptAnswers() if moved is None else self._kept.answers, self._uris, redefined, moved or ()
        )

    def _moved(self) -> set[str] | None:
        """The names that other functions have than in the run before; None where that is not known."""
        found: set[str] = set()
        for number in self._changed:
            moved = self._telling.moved(self._uris[number], self._kept.states[number]) if self._telling else None
            if moved is None:
                return None
            found |= moved
        return found

    def _redefined(self, number: int) -> bool:
        """Functions of a file may be others than in the run before."""
        edit = self._edited(number, placed=False)
        return edit is None or edit.redefines

    @classmethod
    def of_this_run(cls, uris: Iterable[str]) -> Memo:
        """For these files nothing is known, and nothing is kept."""
        return cls(None, dict.fromkeys(uris, b""))

    def stage(self, name: str, state: State, reading: Callable[[frozenset[str]], Iterable[str]]) -> Stage:
        """The results of a stage that begins in such a state; ``reading`` finds the files that read names."""
        self._stages[name] = state
        others: Others = {}
        if self._known:
            before = self._kept.stages.get(name, State())
            for uri in {*state.flags, *before.flags}:
                has, had = state.flags.get(uri, {}), before.flags.get(uri, {})
                if other := frozenset(scope for scope in {*has, *had} if has.get(scope) != had.get(scope)):
                    others[self._numbers[uri]] = other
            others.update(dict.fromkeys(map(self._numbers.__getitem__, reading(state.names ^ before.names))))
        return Stage(self, others)

    def searched(self) -> Searches:
        """The scopes that searches for names found in the run before, by file."""
        kept = self._kept.searched
        return {key: {self._uris[number]: found for number, found in files.items()} for key, files in kept.items()}

    @cached_property
    def touched(self) -> frozenset[str]:
        """The files whose text is another than in the run before."""
        return frozenset(self._uris[number] for number in self._changed)

    def result(self, kind: str, uri: str, type_: type[T], make: Callable[[], T], asking: Asking, key: int = 0) -> T:
        """The result of that kind for a file: an earlier one, or what is made now, whatever is known of others."""
        return Stage(self, {}).result(kind, uri, type_, make, asking, key)

    def known(self, kind: str, uri: str) -> Result | None:
        """What an earlier run found."""
        return self._known.get((kind, uri))

    def answer(self, question: Question, asking: Asking) -> int:
        """A digest of the answer, asked for once."""
        found = self._answered.get(question)
        if found is None:
            found = self._answered[question] = asking.answer(question)
        return found

    def made(self, kind: str, uri: str, key: int, log: Log, value: object) -> None:
        """Holds what was made in this run."""
        whole = log.files
        files = frozenset(map(self._numbers.__getitem__, {*whole, *log.parts}))
        some = {self._numbers[one]: _outer(parts) for one, parts in log.parts.items() if one not in whole}
        asked = tuple(log.asked.items())
        self.held[kind, uri] = Result(kind, uri, key, files, asked, _encoded(some), _encoded(value))
        self._fresh = True

    def same(self, known: Result, others: Others) -> bool:
        """All that was looked at in files for a result of an earlier run is what it was, and known as it was."""
        hit = known.files.intersection(self._changed) | known.files.intersection(others)
        if not hit:
            return True
        parts = _PARTS.decode(known.parts)
        return all(number in parts and self._untouched(number, parts[number], others, known) for number in hit)

    def _untouched(self, number: int, parts: list[FilePart], others: Others, known: Result) -> bool:
        other = others.get(number, frozenset())
        if other is None or not other.isdisjoint(parts):
            return False
        if number not in self._changed:
            return True
        edit = self._edited(number, placed=_bytes(self._uris[number]) in bytes(known.value))
        return edit is not None and not edit.touches(parts)

    def _edited(self, number: int, *, placed: bool) -> Edit | None:
        """What was changed of a file; ``placed``: something is to say where in it it stands."""
        if (number, placed) not in self._edits:
            state = self._kept.states[number]
            found = self._telling.edit(self._uris[number], state, placed=placed) if self._telling else None
            self._edits[number, placed] = found
        return self._edits[number, placed]

    def part(self, items: Iterable[tuple[str, str]], settled: Collection[Question]) -> Part:
        """These results of this run, by kind and file, and the answers but those to ``settled`` questions."""
        fresh = {question: found for question, found in self.answers.settled.items() if question not in settled}
        return Part([self.held[item] for item in items], self.answers.kept(fresh))

    def learn(self, part: Part) -> None:
        """What a fork of this process found."""
        self.held |= {(item.kind, item.uri): item for item in part.results}
        self._fresh = self._fresh or bool(part.results)
        self.answers.learn(part.answers)

    def save(self, searched: Searches) -> None:
        """Keep what holds now for the next run, and what was ``searched`` in this one."""
        if self._place and (self._fresh or self._changed or len(self.held) != len(self._known)):
            numbers = {key: {self._numbers[uri]: of for uri, of in found.items()} for key, found in searched.items()}
            answers = self.answers.kept(self.answers.settled)
            self._place.save(Run(self._states, self._stages, numbers, answers), self.held)


class Stage:
    """The results of one stage, for which something else is known of the scopes ``others`` than in the run before."""

    def __init__(self, memo: Memo, others: Others) -> None:
        self._memo = memo
        self._others = others

    def result(
        self,
        kind: str,
        uri: str,
        type_: type[T],
        make: Callable[[], T],
        asking: Asking,
        key: int = 0,
        scopes: Iterable[int] = (),
    ) -> T:
        """The result of that kind for a file, or for some ``scopes`` of it; ``key`` is what else decides it."""
        found = self._holding(kind, uri, asking, key)
        if found is not None:
            return cast("T", _decoder(cast("Hashable", type_)).decode(found.value))
        with asking.logged() as log:
            made = make()
        own = set(scopes)
        if own:
            log.parts[uri] |= own
        else:
            log.files.add(uri)
        self._memo.made(kind, uri, key, log, made)
        return made

    def lacks(self, kind: str, uri: str, asking: Asking, key: int) -> bool:
        """The result of that kind for a file is still to be made."""
        return self._holding(kind, uri, asking, key) is None

    def _holding(self, kind: str, uri: str, asking: Asking, key: int) -> Result | None:
        """What was found in this run, or by an earlier one and holds: it is held then."""
        if (found := self._memo.held.get((kind, uri))) is not None:
            return found
        known = self._memo.known(kind, uri)
        if known is None or known.key != key or not self._memo.same(known, self._others):
            return None
        for question, answer in known.asked:
            if self._memo.answer(question, asking) != answer:
                return None
        self._memo.held[kind, uri] = known
        return known


@cache
def _decoder(type_: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(type_)


def _outer(parts: Iterable[FilePart]) -> set[FilePart]:
    """These parts, scopes within a function as that."""
    return {outermost(part) if isinstance(part, int) else part for part in parts}


def _encoded(value: object) -> memoryview:
    return memoryview(msgspec.msgpack.encode(value))


_PARTS = msgspec.msgpack.Decoder(dict[int, list[FilePart]])


def _bytes(said: object) -> bytes:
    return str(said).encode("utf-8", "surrogateescape")
