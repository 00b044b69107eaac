"""Everything the Python files of a project claim: what their models say of relations, and what they ask for."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from pgconform.caching import CacheUse, Contract, Part
from pgconform.config import Config
from pgconform.pairs.world import World
from pgconform.schema import Schema, Unread
from pgconform.shape import Location
from pgconform.sources.python.caches import models as caches_models
from pgconform.sources.python.caches.reader import Found, Keys
from pgconform.sources.python.evaluate.frames import Ground
from pgconform.sources.python.files.files import PythonFile, find_files, is_python
from pgconform.sources.python.files.requirements import requirements
from pgconform.sources.python.files.sqlfiles import SqlFiles, is_code
from pgconform.sources.python.models.mapping import Mapped, Suggestion, map_models
from pgconform.sources.python.models.proofs import proofs
from pgconform.sources.python.models.read import Model, read_models
from pgconform.sources.python.models.transports import RECODING, transport_of
from pgconform.sources.python.modules.memo import Memo
from pgconform.sources.python.modules.project import Project
from pgconform.sources.python.modules.reading import Modules, read_modules
from pgconform.sources.python.queries import reader as queries
from pgconform.sources.python.queries.gathering import Gathered
from pgconform.sources.python.statements.reader import Statements
from pgconform.sources.python.statements.reads import with_models, with_required

_TEST = re.compile(r"(?i)(?:^|[/_])(?:tests?|conftest)(?:[/_.]|$)")


class Claims(msgspec.Struct, frozen=True):
    """What models say of relations, what chains of calls ask for, and the SQL that drivers are handed.

    ``alone`` counts the classes that are of no relation as far as anyone can tell; of some of them ``suggestions`` say
    what they look like. ``uses`` are the reads and writes of Redis, ``contracts`` what classes say of its keys,
    ``shapes`` the fields of the classes that the settings' contracts name. ``creator`` is a file, of no test, that
    makes the tables of the program's classes: it calls ``create_all``.
    """

    models: Schema
    queries: Schema
    alone: int = 0
    suggestions: tuple[Suggestion, ...] = ()
    statements: Schema = Schema()
    uses: tuple[CacheUse, ...] = ()
    contracts: tuple[Contract, ...] = ()
    shapes: dict[str, tuple[Part, ...]] = {}
    creator: str = ""

    @property
    def schemas(self) -> tuple[Schema, ...]:
        return (self.models, self.queries, self.statements)


class Reading(msgspec.Struct, frozen=True):
    """How files are read: ``cached`` from what is kept of them; ``overlay`` is the text of some instead of the disk's.

    ``files`` are those of the project, of Python and SQL, where somebody has found them already. ``alone``: no further
    processes are started.

    Nothing of the project is run, unless ``imports`` asks for its models to be imported, in a process of their own.
    """

    cached: bool = True
    imports: bool = False
    overlay: dict[str, bytes] = {}
    files: tuple[PythonFile, ...] | None = None
    alone: bool = False


class Looked(NamedTuple):
    """What a project's files come to, whatever the truth is. ``creator`` is a file that makes tables of its classes.

    ``recoded``: a driver is told in which form it is to give values.
    """

    modules: Modules
    project: Project
    models: tuple[Model, ...]
    gathered: Gathered
    queries: Schema
    statements: Schema
    keys: Found
    creator: str
    recoded: bool


def look(root: Path, config: Config, reading: Reading | None = None) -> Looked:
    """Reads and links a project's Python files, and keeps what that came to for the next time."""
    how = reading or Reading()
    unsaved = {uri: text for uri, text in how.overlay.items() if uri.endswith(".py")}
    files = find_files(root, config.exclude, is_code) if how.files is None else how.files
    code = [file for file in files if is_python(file.uri)]
    modules = read_modules(root, code, cached=how.cached, overlay=unsaved, alone=how.alone)
    project = Project(modules, modules.speaking)
    others = [f"{file.uri} {file.size} {file.mtime}".encode() for file in files if not is_python(file.uri)]
    memo = Memo(root if how.cached and not how.overlay else None, modules.states, others)
    reader = queries.reader(project, memo)
    reader.evaluator.calls.files = SqlFiles(root, files, how.overlay)
    sql = Statements(reader, modules, requirements(root, modules))
    keys = Keys(reader.looker)
    asked = Schema(queries=tuple(reader.read()), unread=tuple(queries.unread(reader)), origin="python")
    models = read_models(project, memo)
    said = _calling(reader.ground, "create_all"), bool(_calling(reader.ground, *RECODING))
    found = Looked(modules, project, models, reader.gathered, asked, sql.read(), keys.read(), *said)
    modules.keep({uri: kept.values() for uri, kept in reader.ground.followed.items()})
    modules.save()
    memo.save(reader.ground.searched)
    return found


def read(root: Path, config: Config, world: World, reading: Reading | None = None) -> Claims:
    """The claims of a project's Python files. ``world`` is the truth that models may be of."""
    how = reading or Reading()
    looked = look(root, config, how)
    project, made = looked.project, looked.gathered.made
    models, failed = _confirmed(looked.models, root) if how.imports else (looked.models, ())
    shown = proofs(looked.gathered.evidence())
    wire = config.transport or transport_of(project, recoded=looked.recoded)
    mapped = map_models(models, world, shown, config.models, wire)
    asked = replace(looked.queries, queries=tuple(with_required(looked.queries.queries, made, models)))
    typed = not looked.recoded
    sent = replace(looked.statements, statements=with_models(looked.statements.statements, made, models, typed=typed))
    marked = caches_models.marked(project, models)
    mapped = mapped.without({contract.model for contract in marked.contracts})
    unreadable = _unreadable(looked.modules)
    unread = (*mapped.schema.unread, *failed, *unreadable, *_unmatched(mapped), *looked.keys.unread, *marked.unread)
    return Claims(
        replace(mapped.schema, unread=unread),
        asked,
        mapped.alone,
        mapped.suggestions,
        sent,
        looked.keys.uses,
        marked.contracts,
        _shapes(config, models),
        looked.creator,
    )


def _calling(ground: Ground, *names: str) -> str:
    """A file, of no test, that uses one of these names."""
    calling = (uri for uri, _ in ground.users(names))
    return next((uri for uri in calling if not _TEST.search(uri)), "")


def _confirmed(models: tuple[Model, ...], root: Path) -> tuple[tuple[Model, ...], tuple[Unread, ...]]:
    from pgconform.sources.python.models.imported import confirmed

    return confirmed(models, root, interpreter(root))


def _shapes(config: Config, models: tuple[Model, ...]) -> dict[str, tuple[Part, ...]]:
    """The fields of the classes that contracts of the settings name."""
    named = {key.model for key in config.redis.keys.values()} if config.redis else set()
    return {model.name: caches_models.parts(model) for model in models if model.name in named}


def interpreter(root: Path) -> str:
    """The Python that has what the project needs: the active environment's, the project's own, else this one."""
    for folder in (os.environ.get("VIRTUAL_ENV", ""), str(root / ".venv"), str(root / "venv")):
        for name in ("bin/python", "Scripts/python.exe"):
            if folder and (Path(folder) / name).is_file():
                return str(Path(folder) / name)
    return sys.executable


def _unreadable(modules: Modules) -> Iterator[Unread]:
    """The files that do not parse or decode: nothing in them is judged."""
    for uri in modules.speaking:
        facts = modules[uri]
        if facts.error:
            yield Unread(facts.error, facts.error_kind, at=Location(uri, facts.error_line))


def _unmatched(mapped: Mapped) -> Iterator[Unread]:
    for name in mapped.unmatched:
        yield Unread(f"the settings map {name}, and there is no such class", "settings")
