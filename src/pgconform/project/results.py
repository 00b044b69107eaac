"""The report of the last run, kept under a digest of everything that went into it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

import msgspec

from pgconform.report import Report
from pgconform.support.caches import cache_home, read_cached, write_cached
from pgconform.support.installed import installed

_DECODER = msgspec.msgpack.Decoder(Report)


def key(parts: Iterable[bytes]) -> str:
    """A digest of the parts, and of this tool and its dependencies as they are installed."""
    made = hashlib.blake2b(digest_size=20)
    for part in (installed(), *parts):
        made.update(len(part).to_bytes(8, "big"))
        made.update(part)
    return made.hexdigest()


def load(root: Path, wanted: str) -> Report | None:
    """The report of that key, if it is the last that was kept for this project."""
    content = read_cached(_place(root))
    if content is None or not content.startswith(wanted.encode() + b"\n"):
        return None
    try:
        return _DECODER.decode(memoryview(content)[len(wanted) + 1 :])
    except msgspec.MsgspecError:
        return None


def save(root: Path, wanted: str, report: Report) -> bool:
    """Keep a report; False when that was not possible, which costs the next run time and nothing else."""
    return write_cached(_place(root), wanted.encode() + b"\n" + msgspec.msgpack.encode(report))


def _place(root: Path) -> Path:
    name = hashlib.blake2b(str(root).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
    return cache_home() / "reports" / name
