"""The verdicts of the last run, for the items of claims that are the same in this one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

import msgspec

from pgconform.pairs.verdict import Verdict, Verdicts
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.installed import installed


class KeptVerdicts(Verdicts):
    """Verdicts by a digest of their item. ``key`` is what else decides them: the truth, the rules, the settings.

    ``partly``: not all items of the project are judged, so that the verdicts of others stay.
    """

    def __init__(self, root: Path, key: Iterable[bytes], *, partly: bool = False) -> None:
        made = hashlib.blake2b(installed(), digest_size=16)
        for part in key:
            made.update(len(part).to_bytes(8, "big") + part)
        self._header = f"pgconform verdicts {made.hexdigest()}\n".encode()
        place = hashlib.blake2b(str(root).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        self._place = cache_home() / "verdicts" / place
        self._known = self._load()
        self._held: dict[bytes, msgspec.Raw] = dict(self._known) if partly else {}
        self._fresh = False

    def _load(self) -> dict[bytes, msgspec.Raw]:
        content = read_cached(self._place)
        if content is None or not content.startswith(self._header):
            return {}
        try:
            return _VERDICTS.decode(memoryview(content)[len(self._header) :])
        except msgspec.MsgspecError:
            return {}

    def of(self, item: object, make: Callable[[], Verdict]) -> Verdict:
        if item is None:
            return make()
        said = type(item).__name__.encode() + msgspec.msgpack.encode(item)
        digest = hashlib.blake2b(said, digest_size=16).digest()
        if (kept := self._known.get(digest)) is not None:
            self._held[digest] = kept
            return _VERDICT.decode(kept)
        found = make()
        self._held[digest] = msgspec.Raw(msgspec.msgpack.encode(found))
        self._fresh = True
        return found

    def save(self) -> None:
        """Keep the verdicts for the next run."""
        if self._fresh or len(self._held) != len(self._known):
            write_cached(self._place, self._header + msgspec.msgpack.encode(self._held))


_VERDICT = msgspec.msgpack.Decoder(Verdict)
_VERDICTS = msgspec.msgpack.Decoder(dict[bytes, msgspec.Raw])
