"""Looking at Python files in a process of their own, from the start, while the truth is found and the rest is read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec.structs import replace

from pgconform.project.standby import begun, standing
from pgconform.request import Query
from pgconform.schema import Schema
from pgconform.sources.python.files.files import PythonFile
from pgconform.support.digests import digest
from pgconform.support.forked import Asked, Forked, Tell
from pgconform.support.installed import installed, told
from pgconform.support.kept import Kept, hold, holding

if TYPE_CHECKING:
    from pgconform.config import Project
    from pgconform.project.proving import Begun
    from pgconform.project.scoped import Listing
    from pgconform.sources.python.looked import Looked

T = TypeVar("T")


class _Place(msgspec.Struct, frozen=True, array_like=True):
    """Whose files will be asked for: those of the project at ``root``. ``code`` is a digest of that of this run."""

    root: bytes
    cached: bool
    code: bytes


_FILES = msgspec.msgpack.Decoder(tuple[PythonFile, ...])


def look(asked: Asked, tell: Tell) -> None:
    """Makes ready to look; reads what the last look at a project kept when it knows which, then looks at its files."""
    from pgconform.sources.python.look import Look, prepare, recall
    from pgconform.sources.python.looked import Reading

    prepare()
    place = msgspec.msgpack.decode(asked(), type=_Place)
    root = Path(os.fsdecode(place.root))
    told(place.code)
    if place.cached:
        hold()
        recall(root)
    reading = Reading(cached=place.cached, files=_FILES.decode(asked()))
    found = Look(root, reading, lambda part: tell(msgspec.msgpack.encode(part)))
    queries = replace(found.found.queries, queries=())
    tell(msgspec.msgpack.encode(replace(found.found, statements=Schema(), models=(), queries=queries)))
    found.keep()


class Ahead:
    """Looks at a project's files where one is another than in the last look, as soon as they are known, else not.

    A process that holds what is kept looks itself: another would have to read it first.
    """

    def __init__(self, project: Project, *, cached: bool) -> None:
        self._project = project
        self._cached = cached
        self._seen = b""
        self._new = False
        self._process = None if holding() else standing()
        if self._process is not None:
            self._place(self._process)
        self._statements: Schema | None = None
        self._found: Looked | None = None
        self.proving: Begun | None = None
        """Statements of these files that a server is asked about meanwhile."""

    def _place(self, process: Forked) -> None:
        process.ask(msgspec.msgpack.encode(_Place(os.fsencode(self._project.root), self._cached, installed())))

    def begin(self, files: Listing) -> None:
        """These are the files."""
        self._seen = digest(_parts(files.every))
        self._new = not self._cached or last_seen(self._project).load() != self._seen
        if not (self._new and files.code) or holding():
            self.stop()
            self._process = None
            return
        if self._process is None and (process := begun()):
            self._place(process)
            self._process = process
        if self._process is not None:
            self._process.ask(msgspec.msgpack.encode(files.code))

    @property
    def looks(self) -> bool:
        """A process does, or has."""
        return self._process is not None

    @property
    def told(self) -> bool:
        """It has told the statements."""
        return self._statements is not None or (self._process is not None and self._process.told())

    def statements(self) -> Schema | None:
        """The statements among it, which are told first."""
        if self._statements is None:
            self._statements = self._told(Schema)
        return self._statements

    def found(self) -> Looked | None:
        """What the files come to; None where nobody has looked, or it came to nothing."""
        from pgconform.sources.python.looked import Looked
        from pgconform.sources.python.models.model import Model

        if self._found is None and (statements := self.statements()):
            models = self._told(tuple[Model, ...])  # while the process still looks for the rest
            requests = self._told(tuple[Query, ...])
            rest = self._told(Looked)
            if models is not None and requests is not None and rest is not None:
                queries = replace(rest.queries, queries=requests)
                self._found = replace(rest, statements=statements, models=models, queries=queries)
        return self._found

    def _told(self, kind: type[T]) -> T | None:
        """The next that is told."""
        with contextlib.suppress(msgspec.MsgspecError, RecursionError):
            if self._process is not None:
                return msgspec.msgpack.decode(self._process.value() or b"", type=kind)
        return None

    def wait(self) -> None:
        """Returns when what was found is kept, and notes that these files were looked at."""
        if self.proving is not None:
            self.proving.wait()
        if self._process is not None:
            self._process.wait()
        if self._new and self._cached:
            last_seen(self._project).save(self._seen)
            self._new = False

    def stop(self) -> None:
        """Ends it: nobody will ask."""
        if self.proving is not None:
            self.proving.stop()
        if self._process is not None:
            self._process.stop()


def last_seen(project: Project) -> Kept[bytes]:
    """What the files were that the last run looked at, as a digest."""
    return Kept("looked", project.root, (), bytes)


def _parts(files: Iterable[PythonFile]) -> Iterable[bytes]:
    return (f"{file.uri} {file.size} {file.mtime}".encode("utf-8", "surrogateescape") for file in files)
