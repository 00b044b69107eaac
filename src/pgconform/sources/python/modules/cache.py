"""Facts kept between runs: one file per project, read in one go, ignored when it is not exactly what is expected."""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from pgconform.sources.python.facts.facts import ModuleFacts
from pgconform.sources.python.files.files import PythonFile
from pgconform.support.caches import cache_home, read_cached, write_cached

UNSETTLED = -1
_MAKERS = ("facts", "flows", "modules")
_GRAIN = 2_000_000_000


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One file as it was read. ``speaks``: something in it matters by itself; else facts are None until asked for.

    ``digest`` is that of its bytes. ``mtime`` is `UNSETTLED` when the file had only just been written: it may have
    changed since without a trace, so its bytes are looked at again.
    """

    uri: str
    size: int
    mtime: int
    digest: bytes
    facts: ModuleFacts | None
    speaks: bool

    def fits(self, file: PythonFile) -> bool:
        return self.size == file.size and self.mtime == file.mtime


def digest(source: bytes) -> bytes:
    return hashlib.blake2b(source, digest_size=16).digest()


def load(root: Path) -> list[Entry]:
    """What is kept of the project at ``root``; nothing when there is none, or it is damaged or of another version."""
    content = read_cached(_place(root))
    if content is None or not content.startswith(header := _header()):
        return []
    try:
        return _DECODER.decode(memoryview(content)[len(header) :])
    except (msgspec.MsgspecError, RecursionError):
        return []


def save(root: Path, entries: Iterable[Entry]) -> bool:
    """Keep these entries; False when the place cannot be written to, which costs time and nothing else."""
    settled = time.time_ns() - _GRAIN
    kept = [
        item if item.mtime < settled else msgspec.structs.replace(item, mtime=UNSETTLED)
        for item in sorted(entries, key=lambda item: item.uri)
    ]
    return write_cached(_place(root), _header() + msgspec.msgpack.encode(kept))


_DECODER = msgspec.msgpack.Decoder(list[Entry])


def _place(root: Path) -> Path:
    name = hashlib.blake2b(str(root.resolve()).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_home() / "facts" / name


def _header() -> bytes:
    """Names the code that made the facts and the Python whose grammar was used: of any other they are worth nothing."""
    made = hashlib.blake2b(digest_size=16)
    home = Path(__file__).parent.parent
    for file in (file for folder in _MAKERS for file in sorted((home / folder).glob("*.py"))):
        made.update(file.read_bytes())
    return f"pgconform facts {sys.version_info[0]}.{sys.version_info[1]} {made.hexdigest()}\n".encode()
