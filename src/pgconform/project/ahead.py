"""Looking at Python files in a process of their own, from the start, while the truth is found and the rest is read."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

import msgspec

from pgconform.config import Project
from pgconform.project.asking import Ask
from pgconform.support.forked import Forked, Tell, forked
from pgconform.support.kept import Kept, digest

if TYPE_CHECKING:
    from pgconform.sources.python.files.files import PythonFile
    from pgconform.sources.python.looked import Looked


class Ahead:
    """Begins to look at once where one of a project's ``files`` is another than in the last look, else not at all."""

    def __init__(self, project: Project, ask: Ask, files: tuple[PythonFile, ...]) -> None:
        self._project = project
        self._cached = ask.cached
        self._files = files
        self._seen = digest(_parts(files))
        self._new = not ask.cached or last_seen(project).load() != self._seen
        self._process: Forked | None = forked(self._look) if self._new and files else None
        self._found: Looked | None = None

    def _look(self, tell: Tell) -> None:
        from pgconform.sources.python.look import Look
        from pgconform.sources.python.looked import Reading

        look = Look(self._project.root, self._project.config, Reading(cached=self._cached, files=self._files))
        tell(msgspec.msgpack.encode(look.found))
        look.keep()

    @property
    def looks(self) -> bool:
        """A process does, or has."""
        return self._process is not None

    def found(self) -> Looked | None:
        """What the files come to; None where nobody has looked, or it came to nothing."""
        from pgconform.sources.python.looked import Looked

        if self._found is None and self._process is not None:
            with contextlib.suppress(msgspec.MsgspecError, RecursionError):
                self._found = msgspec.msgpack.decode(self._process.value() or b"", type=Looked)
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
