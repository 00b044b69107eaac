"""What the code of this run is."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec

import pgconform
from pgconform.support.digests import digest

_TOLD: list[bytes] = []


def told(digest: bytes) -> None:
    """Another process, of the same code, has worked it out."""
    _TOLD[:] = [digest]


def installed() -> bytes:
    """A digest of Python, of the files of this package, and of which other packages stand beside it."""
    return _TOLD[0] if _TOLD else _digest()


@cache
def _digest() -> bytes:
    return digest(_parts())


def _parts() -> Iterator[bytes]:
    package = Path(pgconform.__file__).parent
    yield sys.version.encode()
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(set(folders) - {"__pycache__"})
        for name in sorted(names):
            status = os.stat(f"{folder}/{name}")  # noqa: PTH116  several hundred files, and Path takes its time
            yield f"{folder}/{name} {status.st_size} {status.st_mtime_ns}".encode()
    for place in sorted({str(Path(msgspec.__file__).parent.parent), str(package.parent)}):
        yield "\n".join(sorted(name for name in os.listdir(place) if name.endswith("-info"))).encode()  # noqa: PTH208
