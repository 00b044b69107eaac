"""Looking at the Python files of a project: read, linked, and kept as far as they do not change."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec

from pgconform.request import Query
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.caches.marks import marks
from pgconform.sources.python.caches.outcome import CacheOutcome
from pgconform.sources.python.caches.reader import Keys
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.files.files import PythonFile, find_files, is_python
from pgconform.sources.python.files.pydantics import Pydantics
from pgconform.sources.python.files.requirements import Listed, requirements
from pgconform.sources.python.files.sqlfiles import SqlFiles, is_code
from pgconform.sources.python.looked import Looked, Reading
from pgconform.sources.python.models.model import Model
from pgconform.sources.python.models.proofs import proofs
from pgconform.sources.python.models.read import Declared, read_models
from pgconform.sources.python.models.transports import RECODING, transport_of
from pgconform.sources.python.modules.cache import kept
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.modules.reading import Modules, read_modules
from pgconform.sources.python.passes.outcome import Outcome
from pgconform.sources.python.queries import reader as queries
from pgconform.sources.python.statements.reader import Statements
from pgconform.support.digests import digest
from pgconform.support.kept import Kept
from pgconform.support.testfiles import in_tests

Hear: TypeAlias = Callable[[Schema | tuple[Model, ...] | tuple[Query, ...]], None]


class Look:
    """One look at a project's Python files. ``found`` is what they come to; `keep` makes the next look quick.

    ``hear`` is told the statements among it, then the models, then the queries, as soon as they are known.
    """

    def __init__(self, root: Path, reading: Reading | None = None, hear: Hear = lambda _: None) -> None:
        how = reading or Reading()
        unsaved = {uri: text for uri, text in how.overlay.items() if uri.endswith(".py")}
        files = find_files(root, how.excluded, is_code) if how.files is None else how.files
        code = [file for file in files if is_python(file.uri)]
        self._modules = read_modules(root, code, cached=how.cached, overlay=unsaved)
        lists = requirements(root, self._modules)
        others = [_state(file, how.overlay) for file in files if not is_python(file.uri)]
        place = root.resolve() if how.cached else None
        self._whole: Kept[Looked] | None = None
        if place is not None:
            self._whole = Kept("found", place, _parts(self._modules, lists, others), Looked)
        self._linked: _Linked | None = None
        if (known := self._whole.load() if self._whole else None) is not None:
            self.found: Looked = known
            hear(known.statements)
            hear(known.models)
            hear(known.queries.queries)
            return
        memo = Memo(place, self._modules.states, others, self._modules)
        self._linked = _Linked(self._modules, lists, memo, SqlFiles(root, files, how.overlay), hear)
        self.found = self._linked.found

    def keep(self) -> None:
        """Keeps what was read and found, as far as that is wanted."""
        if self._linked:
            self._linked.keep()
            if self._whole:
                self._whole.save(self.found)
        self._modules.save()


class _Linked:
    """The files of a project linked with one another."""

    def __init__(
        self,
        modules: Modules,
        lists: tuple[Listed, ...],
        memo: Memo,
        files: SqlFiles,
        hear: Hear,
    ) -> None:
        project = Project(modules, modules.speaking, Pydantics(lists))
        self._memo = memo
        self._modules = modules
        reader = queries.reader(project, memo)
        self._ground = reader.ground
        reader.evaluator.calls.files = files
        sql = Statements(reader, modules, [listed.text for listed in lists], modules.sql)
        keys = Keys(reader.looker)
        statements = sql.read()
        hear(statements)
        models = read_models(project, memo)
        hear(models)
        requests = tuple(reader.read())
        hear(requests)
        asked = Schema(queries=requests, unread=tuple(queries.unread(reader)), origin="python")
        cached = keys.read()
        recoded = bool(_calling(reader.ground, *RECODING))
        self.found = Looked(
            models,
            proofs(reader.gathered.evidence()),
            tuple(reader.gathered.made),
            asked,
            statements,
            cached.uses,
            cached.unread,
            marks(project, models),
            transport_of(project, recoded=recoded),
            tuple(_unreadable(modules)),
            _calling(reader.ground, "create_all"),
            recoded,
            tuple(modules.making),
        )

    def keep(self) -> None:
        """Keeps the functions that were followed, and what each file came to."""
        for uri in {uri for uri, _ in self._ground.newly}:
            self._modules.keep(uri, self._ground.followed(uri))
        self._memo.save(self._ground.searched)


def prepare() -> None:
    """Works out how kept results are read, for which the first to ask would else wait."""
    for outcome in (Outcome, CacheOutcome, Declared):
        msgspec.msgpack.Decoder(outcome)


def recall(root: Path) -> None:
    """Reads what was kept of a project's files, for a process that holds what it reads."""
    kept(root.resolve()).load()


def _state(file: PythonFile, overlay: Mapping[str, bytes]) -> bytes:
    """What tells one text of a file from another."""
    said = f"{file.uri} {file.size} {file.mtime}".encode()
    return digest([said, overlay[file.uri]]) if file.uri in overlay else said


def _parts(modules: Modules, lists: Iterable[Listed], others: Iterable[bytes]) -> Iterator[bytes]:
    """What a look hangs on: all that is in the files, and in the lists of what the project needs."""
    for uri, state in sorted(modules.states.items()):
        yield from (os.fsencode(uri), state)
    for listed in lists:
        yield from (os.fsencode(listed.folder), listed.text.encode())
    yield from others


def _calling(ground: Ground, *names: str) -> str:
    """A file, of no test, that uses one of these names."""
    calling = (uri for uri, _ in ground.users(names))
    return next((uri for uri in calling if not in_tests(uri)), "")


def _unreadable(modules: Modules) -> Iterator[Unread]:
    """The files that do not parse or decode: nothing in them is judged."""
    for uri in modules.speaking:
        facts = modules[uri]
        if facts.error:
            yield Unread(facts.error, facts.error_kind, at=Location(uri, facts.error_line))
