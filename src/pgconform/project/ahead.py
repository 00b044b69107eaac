"""Looking at Python files in a process of their own, from the start, while the truth is found and the rest is read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pgconform.sources.python.files.files import PythonFile
from pgconform.support.forked import Asked, Forked, Tell, forked
from pgconform.support.kept import Kept, digest, holding

if TYPE_CHECKING:
    from pgconform.config import Project
    from pgconform.project.asking import Ask
    from pgconform.project.scoped import Listing
    from pgconform.sources.python.looked import Looked


class _Question(msgspec.Struct, frozen=True, array_like=True):
    """What is to be looked at: the ``files`` of the project at ``root``."""

    root: bytes
    cached: bool
    files: tuple[PythonFile, ...]


def _look(asked: Asked, tell: Tell) -> None:
    """Makes ready to look before it is known at what, and whether at anything."""
    from pgconform.sources.python.look import Look, prepare
    from pgconform.sources.python.looked import Reading

    prepare()
    wanted = msgspec.msgpack.decode(asked(), type=_Question)
    root = Path(os.fsdecode(wanted.root))
    look = Look(root, Reading(cached=wanted.cached, files=wanted.files))
    tell(msgspec.msgpack.encode(look.found))
    look.keep()


_ready: list[Forked] = []


@contextlib.contextmanager
def ready() -> Iterator[None]:
    """Inside, a process stands ready to look at the first project that asks for it."""
    if process := forked(_look):
        _ready.append(process)
    try:
        yield
    finally:
        while _ready:
            _ready.pop().stop()


class Ahead:
    """Begins to look at once where one of a project's files is another than in the last look, else not at all.

    A process that holds what is kept looks itself: another would have to read it first.
    """

    def __init__(self, project: Project, ask: Ask, listing: Listing) -> None:
        self._project = project
        self._cached = ask.cached
        self._seen = digest(_parts(listing.every))
        self._new = not ask.cached or last_seen(project).load() != self._seen
        begins = self._new and listing.code and not holding()
        self._process: Forked | None = self._begun(listing.code) if begins else None
        self._found: Looked | None = None

    def _begun(self, files: tuple[PythonFile, ...]) -> Forked | None:
        process = _ready.pop() if _ready else forked(_look)
        if process is not None:
            question = _Question(os.fsencode(self._project.root), self._cached, files)
            process.ask(msgspec.msgpack.encode(question))
        return process

    @property
    def looks(self) -> bool:
        """A process does, or has."""
        return self._process is not None

    def found(self) -> Looked | None:
        """What the files come to; None where nobody has looked, or it came to nothing."""
        from pgconform.sources.python.looked import LOOKED

        if self._found is None and self._process is not None:
            with contextlib.suppress(msgspec.MsgspecError, RecursionError):
                self._found = LOOKED.decode(self._process.value() or b"")
        return self._found

    def wait(self) -> None:
        """Returns when what was found is kept, and notes that these files were looked at."""
        if self._process is not None:
            self._process.wait()
        if self._new and self._cached:
            last_seen(self._project).save(self._seen)
            self._new = False

    def stop(self) -> None:
        """Ends it: nobody will ask."""
        if self._process is not None:
            self._process.stop()


def last_seen(project: Project) -> Kept[bytes]:
    """What the files were that the last run looked at, as a digest."""
    return Kept("looked", project.root, (), bytes)


def _parts(files: Iterable[PythonFile]) -> Iterable[bytes]:
    return (f"{file.uri} {file.size} {file.mtime}".encode("utf-8", "surrogateescape") for file in files)
