"""The verdicts of the last run, for the items of claims that are the same in this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from pgconform.pairs.verdict import Verdict, Verdicts
from pgconform.support.kept import KeptEach


class KeptVerdicts(Verdicts):
    """Verdicts by a digest of their item. ``parts`` are what else decides them: the truth, the rules, the settings.

    ``partly``: not all items of the project are judged, so that the verdicts of others stay.
    """

    def __init__(self, root: Path, parts: Iterable[bytes], *, partly: bool = False) -> None:
        self._kept = KeptEach("verdicts", root, parts, Verdict, partly=partly)

    def of(self, item: object, make: Callable[[], Verdict]) -> Verdict:
        if item is None:
            return make()
        return self._kept.of(msgspec.msgpack.encode((type(item).__name__, item)), make)

    def save(self) -> None:
        self._kept.save()
