"""The report of the last run, kept under a digest of everything that went into it."""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

import pgconform
from pgconform.report import Report
from pgconform.support.caches import cache_home, read_cached, write_cached

_DECODER = msgspec.msgpack.Decoder(Report)


def key(parts: Iterable[bytes]) -> str:
    """A digest of the parts, and of this tool and its dependencies as they are installed."""
    made = hashlib.blake2b(digest_size=20)
    for part in (*_installed(), *parts):
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


def _installed() -> Iterator[bytes]:
    """What the code of this run is: Python, the files of this package, and which other packages stand beside it."""
    package = Path(pgconform.__file__).parent
    yield sys.version.encode()
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            status = os.stat(f"{folder}/{name}")  # noqa: PTH116  several hundred files, and Path takes its time
            yield f"{folder}/{name} {status.st_size} {status.st_mtime_ns}".encode()
    for place in sorted({str(Path(msgspec.__file__).parent.parent), str(package.parent)}):
        yield "\n".join(sorted(name for name in os.listdir(place) if name.endswith("-info"))).encode()  # noqa: PTH208
