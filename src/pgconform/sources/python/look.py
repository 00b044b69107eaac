"""Looking at the Python files of a project: read, linked, and kept as far as they do not change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.caches.marks import marks
from pgconform.sources.python.caches.reader import Keys
from pgconform.sources.python.evaluate.frames import Ground
from pgconform.sources.python.files.files import find_files, is_python
from pgconform.sources.python.files.pydantics import Pydantics
from pgconform.sources.python.files.requirements import requirements
from pgconform.sources.python.files.sqlfiles import SqlFiles, is_code
from pgconform.sources.python.looked import Looked, Reading
from pgconform.sources.python.models.proofs import proofs
from pgconform.sources.python.models.read import read_models
from pgconform.sources.python.models.transports import RECODING, transport_of
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.modules.reading import Modules, read_modules
from pgconform.sources.python.queries import reader as queries
from pgconform.sources.python.statements.reader import Statements

_TEST = re.compile(r"(?i)(?:^|[/_])(?:tests?|conftest)(?:[/_.]|$)")


class Look:
    """One look at a project's Python files. ``found`` is what they come to; `keep` makes the next look quick."""

    def __init__(self, root: Path, reading: Reading | None = None) -> None:
        how = reading or Reading()
        unsaved = {uri: text for uri, text in how.overlay.items() if uri.endswith(".py")}
        files = find_files(root, how.excluded, is_code) if how.files is None else how.files
        code = [file for file in files if is_python(file.uri)]
        self._modules = read_modules(root, code, cached=how.cached, overlay=unsaved)
        lists = requirements(root, self._modules)
        project = Project(self._modules, self._modules.speaking, Pydantics(lists))
        others = [f"{file.uri} {file.size} {file.mtime}".encode() for file in files if not is_python(file.uri)]
        self._memo = Memo(root if how.cached and not how.overlay else None, self._modules.states, others)
        reader = queries.reader(project, self._memo)
        self._ground = reader.ground
        reader.evaluator.calls.files = SqlFiles(root, files, how.overlay)
        sql = Statements(reader, self._modules, [listed.text for listed in lists])
        keys = Keys(reader.looker)
        asked = Schema(queries=tuple(reader.read()), unread=tuple(queries.unread(reader)), origin="python")
        models = read_models(project, self._memo)
        statements, cached = sql.read(), keys.read()
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
            tuple(_unreadable(self._modules)),
            _calling(reader.ground, "create_all"),
            recoded,
        )

    def keep(self) -> None:
        """Keeps what was read and found, as far as that is wanted."""
        for uri in {uri for uri, _ in self._ground.newly}:
            self._modules.keep(uri, self._ground.followed(uri))
        self._modules.save()
        self._memo.save(self._ground.searched)


def _calling(ground: Ground, *names: str) -> str:
    """A file, of no test, that uses one of these names."""
    calling = (uri for uri, _ in ground.users(names))
    return next((uri for uri in calling if not _TEST.search(uri)), "")


def _unreadable(modules: Modules) -> Iterator[Unread]:
    """The files that do not parse or decode: nothing in them is judged."""
    for uri in modules.speaking:
        facts = modules[uri]
        if facts.error:
            yield Unread(facts.error, facts.error_kind, at=Location(uri, facts.error_line))
