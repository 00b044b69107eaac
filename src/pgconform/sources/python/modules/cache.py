"""Facts kept between runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import msgspec

from pgconform.sources.python.facts.facts import ModuleFacts
from pgconform.sources.python.files.files import PythonFile
from pgconform.support.kept import KeptMany
from pgconform.support.states import settled_before

UNSETTLED = -1


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One file as it was read. ``speaks``: something in it matters by itself; else facts are None until asked for.

    ``digest`` is that of its bytes. ``mtime`` is `UNSETTLED` when the file had only just been written: it may have
    changed since without a trace, so its bytes are looked at again. ``sql`` are the lines of `sql_lines`, ``making``
    the texts of `making`.
    """

    uri: str
    size: int
    mtime: int
    digest: bytes
    facts: ModuleFacts | None
    speaks: bool
    sql: tuple[int, ...] = ()
    making: tuple[tuple[str, int], ...] = ()

    def fits(self, file: PythonFile) -> bool:
        return self.size == file.size and self.mtime == file.mtime


def kept(root: Path) -> KeptMany[None, str, Entry]:
    """What is kept of the files of the project at ``root``, by path."""
    return KeptMany("facts", root, (), (None, str, Entry))


def settled(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The entries as they may be kept, by path."""
    last = settled_before()
    return {
        item.uri: item if item.mtime <= last else msgspec.structs.replace(item, mtime=UNSETTLED) for item in entries
    }
