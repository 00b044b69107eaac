"""What was worked out file by file, kept between runs: each result while all that was looked at for it stays so."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cache, cached_property
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import msgspec

from pgconform.sources.python.modules.log import Log, Question
from pgconform.support.kept import Kept

T = TypeVar("T")
Searches: TypeAlias = Mapping[int, Mapping[str, tuple[int, ...]]]


class Asking(Protocol):
    """The project as it is now."""

    def logged(self) -> AbstractContextManager[Log]:
        """Notes what is looked at."""

    def answer(self, question: Question) -> int:
        """A digest of the answer to a question about the whole project."""


class Result(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One result: its kind and file, what else decides it, the numbers of the files it is made of, and answers."""

    kind: str
    uri: str
    key: int
    files: frozenset[int]
    asked: tuple[tuple[Question, int], ...]
    value: msgspec.Raw


class Looked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was looked at for some answers: files by number, and names with digests of which functions have them."""

    files: frozenset[int]
    named: tuple[tuple[str, int], ...]


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The answer to a question; ``looked`` numbers what was looked at for it."""

    question: Question
    value: int
    looked: int


class Part(msgspec.Struct, frozen=True, array_like=True):
    """What one of several processes found."""

    results: list[Result]
    looked: tuple[Looked, ...]
    answers: tuple[Answer, ...]


class State(msgspec.Struct, frozen=True, array_like=True):
    """What is known of a project when a stage begins: ``flags`` are digests of what is known of single files.

    ``names`` decide by themselves whether something that reads them is looked at.
    """

    flags: dict[str, int] = {}
    names: frozenset[str] = frozenset()


class Run(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a run. ``states`` are digests of its files in order, ``stages`` what was known at each.

    ``answers`` are those of questions about functions, ``looked`` what was looked at for them. ``searched`` are the
    scopes found by the numbers of their files, for each search.
    """

    states: tuple[bytes, ...] = ()
    stages: dict[str, State] = {}
    results: tuple[Result, ...] = ()
    searched: dict[int, dict[int, tuple[int, ...]]] = {}
    looked: tuple[Looked, ...] = ()
    answers: tuple[Answer, ...] = ()


class Memo:
    """The results for a project's files, those of an earlier run where they hold.

    ``states`` are the digests of all its files; ``key`` is what else decides all results. Nothing is kept without a
    ``root``.
    """

    def __init__(self, root: Path | None, states: Mapping[str, bytes], key: Iterable[bytes] = ()) -> None:
        self._uris = sorted(states)
        self._states = tuple(states[uri] for uri in self._uris)
        self._numbers = {uri: number for number, uri in enumerate(self._uris)}
        self._place: Kept[Run] | None = None
        if root:
            self._place = Kept("links", root.resolve(), (*map(_bytes, self._uris), *key), Run)
        self._kept = (self._place.load() if self._place else None) or Run()
        self._known = {(item.kind, item.uri): item for item in self._kept.results}
        self._changed = {number for number, state in enumerate(self._kept.states) if state != self._states[number]}
        self._answers: dict[Question, int] = {}
        self._held: dict[tuple[str, str], Result] = {}
        self._stages: dict[str, State] = {}
        self._recalled = {item.question: item for item in self._kept.answers}
        self._settled: dict[Question, tuple[int, Log]] = {}
        self._logs: dict[int, Log | None] = {}
        self._fresh = False

    def stage(self, name: str, state: State, reading: Callable[[frozenset[str]], Iterable[str]]) -> Stage:
        """The results of a stage that begins in such a state; ``reading`` finds the files that read names."""
        self._stages[name] = state
        changed = set(self._changed)
        if self._known:
            before = self._kept.stages.get(name, State())
            other = {uri for uri in (*state.flags, *before.flags) if state.flags.get(uri) != before.flags.get(uri)}
            other.update(reading(state.names ^ before.names))
            changed.update(self._numbers[uri] for uri in other)
        return Stage(self, changed)

    def recall(self, question: Question, named: Callable[[str], int]) -> tuple[int, Log] | None:
        """An earlier run's answer and what was looked at for it, if that is the same.

        ``named`` gives digests of which functions have a name.
        """
        kept = self._recalled.get(question)
        if kept is None or (log := self._log(kept.looked, named)) is None:
            return None
        self._settled[question] = (kept.value, log)
        return kept.value, log

    def _log(self, number: int, named: Callable[[str], int]) -> Log | None:
        if number not in self._logs:
            looked = self._kept.looked[number]
            same = self._changed.isdisjoint(looked.files) and all(named(name) == had for name, had in looked.named)
            self._logs[number] = self._said(looked) if same else None
        return self._logs[number]

    def _said(self, looked: Looked) -> Log:
        return Log((self._uris[file] for file in looked.files if file < len(self._uris)), looked.named)

    def keep(self, question: Question, value: int, log: Log) -> None:
        """An answer, and what was looked at for it, for the next run."""
        self._settled[question] = (value, log)

    def _answered(self, settled: Mapping[Question, tuple[int, Log]]) -> tuple[tuple[Looked, ...], tuple[Answer, ...]]:
        """What was looked at for answers, and these, as they are kept."""
        logs = {id(log): log for _, log in settled.values()}
        numbers = {one: number for number, one in enumerate(logs)}
        answers = [Answer(question, value, numbers[id(log)]) for question, (value, log) in settled.items()]
        looked = [Looked(frozenset(map(self._number, log.files)), tuple(log.named.items())) for log in logs.values()]
        return tuple(looked), tuple(answers)

    def _number(self, uri: str) -> int:
        return self._numbers.setdefault(uri, len(self._numbers))

    def searched(self) -> Searches:
        """The scopes that searches for names found in the run before, by file."""
        kept = self._kept.searched
        return {key: {self._uris[number]: found for number, found in files.items()} for key, files in kept.items()}

    @cached_property
    def touched(self) -> frozenset[str]:
        """The files whose text is another than in the run before."""
        return frozenset(self._uris[number] for number in self._changed)

    def result(self, kind: str, uri: str, type_: type[T], make: Callable[[], T], asking: Asking) -> T:
        """The result of that kind for a file: an earlier one, or what is made now, whatever is known of others."""
        return self.of_stage(kind, uri, type_, make, asking, 0, self._changed)

    def of_stage(
        self, kind: str, uri: str, type_: type[T], make: Callable[[], T], asking: Asking, key: int, changed: set[int]
    ) -> T:
        """The same, at a stage when these files count as changed."""
        if (found := self._holding(kind, uri, asking, key, changed)) is None:
            with asking.logged() as log:
                made = make()
            files = frozenset(map(self._number, (uri, *log.files)))
            value = msgspec.Raw(msgspec.msgpack.encode(made))
            self._held[kind, uri] = Result(kind, uri, key, files, tuple(log.asked.items()), value)
            self._fresh = True
            return made
        self._held[kind, uri] = found
        return cast("T", _decoder(cast("Hashable", type_)).decode(found.value))

    def _holding(self, kind: str, uri: str, asking: Asking, key: int, changed: set[int]) -> Result | None:
        """What was found in this run, or by an earlier one and holds."""
        if (found := self._held.get((kind, uri))) is not None:
            return found
        known = self._known.get((kind, uri))
        if known is None or known.key != key or not changed.isdisjoint(known.files):
            return None
        same = all(self._answer(question, asking) == answer for question, answer in known.asked)
        return known if same else None

    def lacks(self, kind: str, uri: str, asking: Asking, key: int, changed: set[int]) -> bool:
        """Nothing is known that holds."""
        return self._holding(kind, uri, asking, key, changed) is None

    @property
    def settled(self) -> frozenset[Question]:
        """The questions that were answered in this run."""
        return frozenset(self._settled)

    def part(self, kind: str, uris: Iterable[str], settled: frozenset[Question]) -> Part:
        """What these files came to in this run, and the answers but those to ``settled`` questions."""
        fresh = {question: found for question, found in self._settled.items() if question not in settled}
        return Part([self._held[kind, uri] for uri in uris], *self._answered(fresh))

    def learn(self, part: Part) -> None:
        """What was found elsewhere, in this run, by a fork of this process."""
        for item in part.results:
            self._held[item.kind, item.uri] = item
            self._fresh = True
        logs = [self._said(looked) for looked in part.looked]
        self._settled |= {item.question: (item.value, logs[item.looked]) for item in part.answers}

    def _answer(self, question: Question, asking: Asking) -> int:
        if question not in self._answers:
            self._answers[question] = asking.answer(question)
        return self._answers[question]

    def save(self, searched: Searches) -> None:
        """Keep what holds now for the next run, and what was ``searched`` in this one."""
        if self._place and (self._fresh or self._changed or len(self._held) != len(self._known)):
            numbers = {key: {self._numbers[uri]: of for uri, of in found.items()} for key, found in searched.items()}
            kept = Run(self._states, self._stages, tuple(self._held.values()), numbers, *self._answered(self._settled))
            self._place.save(kept)


class Stage:
    """The results of one stage: beside changed files, ``changed`` numbers those of which something else is known."""

    def __init__(self, memo: Memo, changed: set[int]) -> None:
        self._memo = memo
        self._changed = changed

    def result(self, kind: str, uri: str, type_: type[T], make: Callable[[], T], asking: Asking, key: int) -> T:
        """The result of that kind for a file; ``key`` is what else decides it."""
        return self._memo.of_stage(kind, uri, type_, make, asking, key, self._changed)

    def lacks(self, kind: str, uri: str, asking: Asking, key: int) -> bool:
        """The result of that kind for a file is still to be made."""
        return self._memo.lacks(kind, uri, asking, key, self._changed)


@cache
def _decoder(type_: Hashable) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(type_)


def _bytes(said: object) -> bytes:
    return str(said).encode("utf-8", "surrogateescape")
