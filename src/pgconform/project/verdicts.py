"""The verdicts of the last run, for the items of claims that are the same in this one; of many others made by forks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from pgconform.pairs.verdict import Verdict, Verdicts
from pgconform.support.digests import digest_of
from pgconform.support.forks import shared
from pgconform.support.kept import KeptEach

WORTH_SHARING = 100
"""Items; fewer are judged sooner than a process is forked for them."""
_MADE = msgspec.msgpack.Decoder(list[tuple[int, Verdict]])


class KeptVerdicts(Verdicts):
    """Verdicts by a digest of their item. ``parts`` are what else decides them: the truth, the rules, the settings.

    ``partly``: not all items of the project are judged, so that the verdicts of others stay.
    """

    def __init__(self, root: Path, parts: Iterable[bytes], *, partly: bool = False) -> None:
        self._kept = KeptEach("verdicts", root, parts, Verdict, partly=partly)

    def of(self, items: Sequence[object], make: Callable[[int], Verdict]) -> list[Verdict]:
        digests = [b"" if item is None else _digest(item) for item in items]
        known = [self._kept.known(said) if said else None for said in digests]
        lacking = [number for number, verdict in enumerate(known) if verdict is None]
        made = _made(lacking, make)
        for number in lacking:
            known[number] = verdict = made[number] if number in made else make(number)
            if digests[number]:
                self._kept.learn(digests[number], verdict)
        return [verdict for verdict in known if verdict is not None]

    def recall(self) -> None:
        self._kept.decode()

    def save(self) -> None:
        self._kept.save()


def _digest(item: object) -> bytes:
    return digest_of(msgspec.msgpack.encode((type(item).__name__, item)))


def _made(lacking: Sequence[int], make: Callable[[int], Verdict]) -> dict[int, Verdict]:
    """What of that was made in several processes, where that is worth it."""
    if len(lacking) < WORTH_SHARING:
        return {}

    def work(numbers: Iterator[int]) -> list[tuple[int, Verdict]]:
        return [(lacking[number], make(lacking[number])) for number in numbers]

    own, others = shared(len(lacking), work, msgspec.msgpack.encode)
    return dict(own) | {number: verdict for answer in others for number, verdict in _MADE.decode(answer)}
