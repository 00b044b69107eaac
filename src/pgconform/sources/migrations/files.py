"""Reading SQL files of a repository that nobody vouches for: nothing outside it, nothing that is no plain file."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pgconform.errors import Problem
from pgconform.schema import Unread
from pgconform.shape import Location
from pgconform.sources.migrations.document import Document
from pgconform.sources.migrations.listed import quoted
from pgconform.support.visible import sayable

LARGEST = 32 << 20
_OUTSIDE = "it leads out of the repository"
_MARK = (
    rb"(?im)^[ \t]*--[ \t]*(?:migrate:|\+goose[ \t]+|\+migrate[ \t]+|rambler[ \t]+)(?P<tool>up|down)\b[^\n]*$"
    rb"|^[ \t]*--[ \t]*(?P<word>up|down)[ \t]+migration\b[^\n]*$"
    rb"|^[ \t]*--[^\w\n]*(?P<bare>up|down)s?[^\w\n]*$"
)
_ROWS = " (pg_dump --schema-only leaves the rows out)"
_BARE = rb"(?im)--[^\w\n]*downs?[^\w\n]*$"
_MARK_WORDS = (b"migrate", b"Migrate", b"+goose", b"rambler", b"igration", b"MIGRATION")


@dataclass(frozen=True)
class Library:
    """The files under ``root``; what cannot be read comes back as `Unread`."""

    root: Path
    _directories: dict[Path, bool] = field(default_factory=dict, repr=False)

    @cached_property
    def _real(self) -> Path:
        return self.root.resolve()

    def uri(self, path: Path) -> str:
        """The path from the root, with slashes, as text can say it; of a path outside it, the path itself."""
        try:
            return sayable(Path(os.path.normpath(path)).relative_to(self.root).as_posix())
        except ValueError:
            return sayable(path.as_posix())

    def holds(self, path: Path) -> bool:
        """Whether the path, all links followed, is in the repository."""
        if path.is_symlink():
            return path.resolve().is_relative_to(self._real)
        return self._holds_directory(path.parent)

    def _holds_directory(self, directory: Path) -> bool:
        known = self._directories.get(directory)
        if known is None:
            known = self._directories[directory] = directory.resolve().is_relative_to(self._real)
        return known

    def load(self, path: Path) -> Document | Unread:
        """The document at a path, its down-migrations blanked, and the names of a listing in quotes."""
        at = Location(self.uri(path))
        try:
            if not self.holds(path):
                return Unread(f"the file is not read: {_OUTSIDE}", "permission", at=at)
            seen = path.stat()
            if not stat.S_ISREG(seen.st_mode):
                return Unread("the file is not read: it is no ordinary file", "decode", at=at)
            if seen.st_size > LARGEST:
                return Unread(f"the file is not read: it is larger than {LARGEST >> 20} MiB{_ROWS}", "decode", at=at)
            raw = path.read_bytes()
        except OSError as error:
            return Unread(f"the file cannot be read: {error.strerror}", "decode", at=at)
        text = decoded(raw)
        if text is None:
            return Unread("the file is no text", "decode", at=at)
        return quoted(upward(Document(at.uri, text)))

    def include(self, name: str, includer: str, relative: bool) -> Path:
        """The file that psql's ``\\i`` or ``\\ir`` names; a plain ``\\i`` is looked for beside its includer too."""
        beside = self.root / Path(includer).parent / name
        return beside if relative or not (self.root / name).is_file() else self.root / name


def decoded(raw: bytes) -> bytes | None:
    """The text as UTF-8 without a mark: of UTF-8, of UTF-16 with its mark, else of Latin-1; None when it is none."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16").encode()
        except UnicodeError:
            return None
    if b"\0" in raw:
        return None
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1").encode()
    return raw


def upward(document: Document) -> Document:
    """The document without the parts that dbmate, goose, sql-migrate and their like mark as the way down.

    A bare ``-- down`` is such a mark after a bare ``-- up``.
    """
    if not any(word in document.sql for word in _MARK_WORDS) and not re.search(_BARE, document.sql):
        return document
    found = list(re.finditer(_MARK, document.sql))
    if not any((mark["bare"] or b"").lower() == b"up" for mark in found):
        found = [mark for mark in found if not mark["bare"]]
    marks = [(mark.start(), (mark["tool"] or mark["word"] or mark["bare"]).lower()) for mark in found]
    down = [place for place, (_, way) in enumerate(marks) if way == b"down"]
    ends = [start for start, _ in marks[1:]] + [len(document.sql)]
    return document.blanked(*((marks[place][0], ends[place]) for place in down)) if down else document


def inside(root: Path, source: Path) -> Path:
    """The source as a path that exists in the repository; `Problem` otherwise."""
    path = source if source.is_absolute() else root / source
    if not path.exists():
        called = path.relative_to(root) if path.is_relative_to(root) else source
        raise Problem(f"there is no {called}", "name the directory or the SQL files of the migrations")
    if not path.resolve().is_relative_to(root.resolve()):
        raise Problem(f"{source} lies outside {root}", "start pgconform in the directory that holds the migrations")
    return path
