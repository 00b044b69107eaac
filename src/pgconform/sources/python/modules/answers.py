"""Answers to questions about a project's functions, kept between runs with what was looked at for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

import msgspec

from pgconform.sources.python.modules.log import Log, Question

Settled: TypeAlias = Mapping[Question, tuple[int, Log]]


class Looked(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What was looked at for some answers: files by number, and which functions have some names, by number, too."""

    files: frozenset[int]
    named: frozenset[int]


class Answer(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The answer to a question; ``looked`` numbers what was looked at for it."""

    question: Question
    value: int
    looked: int


class KeptAnswers(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Answers, and what was looked at for them, which many have in common; ``names`` are those that have numbers."""

    answers: tuple[Answer, ...] = ()
    looked: tuple[Looked, ...] = ()
    names: tuple[str, ...] = ()


class Answers:
    """Those of this run, and of those that were ``kept`` the ones that hold.

    ``uris`` are the files by number, ``changed`` the numbers of those in which a function is another now, ``moved`` the
    names that other functions have now.
    """

    def __init__(
        self, kept: KeptAnswers, uris: Sequence[str], changed: Collection[int], moved: Collection[str]
    ) -> None:
        self._kept = kept
        self._known = {item.question: item for item in kept.answers}
        self._uris = uris
        self._numbers = {uri: number for number, uri in enumerate(uris)}
        self._changed = frozenset(changed)
        self._moved = frozenset(number for number, name in enumerate(kept.names) if name in moved)
        self._logs: dict[int, Log | None] = {}
        self.settled: dict[Question, tuple[int, Log]] = {}

    def recall(self, question: Question) -> tuple[int, Log] | None:
        """An earlier run's answer and what was looked at for it, if that is the same."""
        known = self._known.get(question)
        if known is None or (log := self._log(known.looked)) is None:
            return None
        self.settled[question] = (known.value, log)
        return known.value, log

    def _log(self, number: int) -> Log | None:
        if number not in self._logs:
            looked = self._kept.looked[number]
            same = self._changed.isdisjoint(looked.files) and self._moved.isdisjoint(looked.named)
            self._logs[number] = self._said(looked, self._kept.names) if same else None
        return self._logs[number]

    def _said(self, looked: Looked, names: Sequence[str]) -> Log:
        return Log(map(self._uris.__getitem__, looked.files), map(names.__getitem__, looked.named))

    def learn(self, found: KeptAnswers) -> None:
        """Those that another process found."""
        logs = [self._said(looked, found.names) for looked in found.looked]
        self.settled |= {item.question: (item.value, logs[item.looked]) for item in found.answers}

    def kept(self, settled: Settled) -> KeptAnswers:
        """Some of this run's, as they are kept."""
        logs = {id(log): log for _, log in settled.values()}
        numbers = {one: number for number, one in enumerate(logs)}
        answers = [Answer(question, value, numbers[id(log)]) for question, (value, log) in settled.items()]
        names: dict[str, int] = {}
        looked = [
            Looked(
                frozenset(map(self._numbers.__getitem__, log.files.union(log.parts))),
                frozenset([names.setdefault(name, len(names)) for name in log.named]),
            )
            for log in logs.values()
        ]
        return KeptAnswers(tuple(answers), tuple(looked), tuple(names))
