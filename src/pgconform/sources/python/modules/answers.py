"""Answers to questions about a project's functions, kept between runs with what was looked at for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeAlias

import msgspec

from pgconform.sources.python.modules.log import Log, Question

Settled: TypeAlias = Mapping[Question, tuple[int, Log]]


class Looked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was looked at for some answers: files by number, and names with digests of which functions have them."""

    files: frozenset[int]
    named: tuple[tuple[str, int], ...]


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The answer to a question; ``looked`` numbers what was looked at for it."""

    question: Question
    value: int
    looked: int


class KeptAnswers(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Answers, and what was looked at for them: many have that in common."""

    answers: tuple[Answer, ...] = ()
    looked: tuple[Looked, ...] = ()


class Answers:
    """Those of this run, and of those that were ``kept`` the ones that hold.

    ``uris`` are the files by number, ``changed`` the numbers of those whose text is another now.
    """

    def __init__(self, kept: KeptAnswers, uris: Sequence[str], changed: Collection[int]) -> None:
        self._kept = kept
        self._known = {item.question: item for item in kept.answers}
        self._uris = uris
        self._numbers = {uri: number for number, uri in enumerate(uris)}
        self._changed = frozenset(changed)
        self._logs: dict[int, Log | None] = {}
        self.settled: dict[Question, tuple[int, Log]] = {}

    def recall(self, question: Question, named: Callable[[str], int]) -> tuple[int, Log] | None:
        """An earlier run's answer and what was looked at for it, if that is the same.

        ``named`` gives digests of which functions have a name.
        """
        known = self._known.get(question)
        if known is None or (log := self._log(known.looked, named)) is None:
            return None
        self.settled[question] = (known.value, log)
        return known.value, log

    def _log(self, number: int, named: Callable[[str], int]) -> Log | None:
        if number not in self._logs:
            looked = self._kept.looked[number]
            same = self._changed.isdisjoint(looked.files) and all(named(name) == had for name, had in looked.named)
            self._logs[number] = self._said(looked) if same else None
        return self._logs[number]

    def _said(self, looked: Looked) -> Log:
        return Log(map(self._uris.__getitem__, looked.files), looked.named)

    def learn(self, found: KeptAnswers) -> None:
        """Those that another process found."""
        logs = [self._said(looked) for looked in found.looked]
        self.settled |= {item.question: (item.value, logs[item.looked]) for item in found.answers}

    def kept(self, settled: Settled) -> KeptAnswers:
        """Some of this run's, as they are kept."""
        logs = {id(log): log for _, log in settled.values()}
        numbers = {one: number for number, one in enumerate(logs)}
        answers = [Answer(question, value, numbers[id(log)]) for question, (value, log) in settled.items()]
        return KeptAnswers(tuple(answers), tuple(map(self._looked, logs.values())))

    def _looked(self, log: Log) -> Looked:
        files = log.files.union(log.parts)
        return Looked(frozenset(map(self._numbers.__getitem__, files)), tuple(log.named.items()))
