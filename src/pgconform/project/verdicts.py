"""The verdicts of the last run, for the items of claims that are the same in this one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import blake2b
from pathlib import Path

import msgspec

from pgconform.pairs.verdict import Verdict, Verdicts
from pgconform.support.kept import Kept


class KeptVerdicts(Verdicts):
    """Verdicts by a digest of their item. ``parts`` are what else decides them: the truth, the rules, the settings.

    ``partly``: not all items of the project are judged, so that the verdicts of others stay.
    """

    def __init__(self, root: Path, parts: Iterable[bytes], *, partly: bool = False) -> None:
        self._kept: Kept[dict[bytes, msgspec.Raw]] = Kept("verdicts", root, parts, dict[bytes, msgspec.Raw])
        self._known = self._kept.load() or {}
        self._held: dict[bytes, msgspec.Raw] = dict(self._known) if partly else {}
        self._fresh = False

    def of(self, item: object, make: Callable[[], Verdict]) -> Verdict:
        if item is None:
            return make()
        said = blake2b(msgspec.msgpack.encode((type(item).__name__, item)), digest_size=16).digest()
        if (kept := self._known.get(said)) is not None:
            self._held[said] = kept
            return _VERDICT.decode(kept)
        found = make()
        self._held[said] = msgspec.Raw(msgspec.msgpack.encode(found))
        self._fresh = True
        return found

    def save(self) -> None:
        if self._fresh or len(self._held) != len(self._known):
            self._kept.save(self._held)


_VERDICT = msgspec.msgpack.Decoder(Verdict)
