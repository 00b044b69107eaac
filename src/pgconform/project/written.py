"""Files that are generated: what stands there, what should stand there, and what must not be written over."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pgconform.errors import Problem
from pgconform.support.writing import write_whole


class Written(msgspec.Struct, frozen=True):
    """A generated file as it is (None: there is none) and as it should be (None: it should go), byte for byte.

    ``name`` is its path as a person reads it. ``current``: there is nothing to write. ``kept``: why the file is not
    written over unless somebody insists, and ``help``, what to do about it. ``lacks``: what was asked for in it and
    cannot be written, and why.
    """

    file: Path
    name: str
    before: bytes | None
    after: bytes | None
    current: bool
    kept: str = ""
    help: str = ""
    lacks: tuple[str, ...] = ()

    def refuse(self) -> None:
        """Raises `Problem` when the file holds what pgconform did not write."""
        if self.kept:
            raise Problem(self.kept, self.help)

    def write(self) -> None:
        """Puts the file as it should be, whole or not at all; it is only written when it is not current."""
        if self.current:
            return
        if self.after is None:
            self.file.unlink(missing_ok=True)
            return
        write_whole(self.file, self.after, folders=True)


class Asked(msgspec.Struct, frozen=True):
    """What a person asked of one target: ``output`` instead of the path in the settings, ``ref`` the truth's.

    ``overlay`` is the text of Python files, by path, that counts instead of the disk's.
    """

    ref: str = ""
    output: Path | None = None
    overlay: dict[str, bytes] = {}


def content(file: Path) -> bytes | None:
    """What stands in a file, None where there is none."""
    return file.read_bytes() if file.is_file() else None
