"""Which truth a check is held to: the one asked for, else the settings', else the snapshot, else what is found."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pgconform.config import Project
from pgconform.errors import NoTruth, Problem
from pgconform.project.asking import Ask
from pgconform.project.inputs import sql_files
from pgconform.project.layout import Layout
from pgconform.schema import Schema
from pgconform.support.environment import expanded, variable
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests
from pgconform.support.visible import sayable

if TYPE_CHECKING:
    from pgconform.sources.migrations import Candidate

Names: TypeAlias = tuple[str, ...]
_URL = deferred(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
LIVE = ("DATABASE_URL", "SUPABASE_DB_URL", "POSTGRES_URL")
_ALEMBIC = (
    "Alembic's migrations are programs; have it write their SQL:  alembic upgrade head --sql > alembic.sql"
    "  (or name the database:  pgconform check --truth $DATABASE_URL)"
)
_BY_PROGRAM = (
    "{} makes its tables when it runs; write down what it makes:  pg_dump --schema-only $DATABASE_URL > schema.sql"
    "  (or name the database:  pgconform check --truth $DATABASE_URL)"
)
_FOREIGN = (
    "{} is no SQL of Postgres', but of SQLite, MySQL or another server's; if there is a Postgres, name it:"
    "  pgconform check --truth $DATABASE_URL  (or migrations:DIR, sql:FILE, snapshot:FILE, supabase:)"
)
_MAKES_TABLES = deferred(rb"(?i)\bcreate\s+table\b|\.create_all\b|\bmigrations\.CreateModel\b")
_OF_ANOTHER = deferred(rb"(?i)sqlite|duckdb|mysql|mariadb|\bautoincrement\b")
_OF_POSTGRES = deferred(rb"(?i)postgres|psycopg|asyncpg|pg8000")
_NONE = "name one:  pgconform check --truth migrations:DIR  (or sql:FILE, snapshot:FILE, supabase:, $DATABASE_URL)"


def choose(project: Project, asked: str = "", *, live: bool = False, layout: Layout | None = None) -> str:
    """The truth of a check. Raises `Problem` when there is none to be found, or none that text can name."""
    found = _choice(project, asked, live, layout)
    if (said := sayable(found)) != found:
        raise Problem(f"the name of the truth is not UTF-8: {said}", "rename it")
    return found


def _choice(project: Project, asked: str, live: bool, layout: Layout | None) -> str:
    if asked:
        return _expanded(asked, project)
    if live:
        return _live(project)
    if project.config.truth:
        return _settled(project, "truth", project.config.truth)
    if (project.root / project.config.snapshot).is_file():
        return snapshot_of(project)
    return _found(project, layout or Layout(project.root))


def source(project: Project, asked: str = "", *, live: bool = False) -> str:
    """The truth that a snapshot is taken of: never itself a snapshot, and a named database before migrations."""
    settled = project.config.truth
    if asked or live or (settled and not settled.startswith("snapshot:")):
        return choose(project, asked, live=live)
    return _live(project) if project.config.live else _found(project, Layout(project.root))


def snapshot_of(project: Project) -> str:
    return f"snapshot:{project.config.snapshot}"


def _live(project: Project) -> str:
    """The database itself: where the settings say, else where the usual variables do."""
    if project.config.live:
        return _settled(project, "live", project.config.live)
    for name in LIVE:
        if variable(name, project.root):
            return _expanded(f"${name}", project)
    if variable("SUPABASE_URL", project.root):
        return "supabase:"
    raise Problem("no database is named", f'set {LIVE[0]}, or  live = "$NAME"  in the settings')


def _settled(project: Project, key: str, value: str) -> str:
    """A reference of the settings, which anyone who proposes a change can write: it holds no host and no password."""
    if _URL.match(value):
        raise project.problem(
            key,
            f"the setting {key} holds a connection URL, which does not belong in a file",
            f'put the URL in the environment and write  {key} = "$DATABASE_URL"',
        )
    return _expanded(value, project)


def _expanded(reference: str, project: Project) -> str:
    """The reference itself, or what its variable holds, which must be a server: it may be shown, though masked."""
    value = expanded(reference, project.root)
    if value != reference and not re.match(r"^(postgres(ql)?(\+\w+)?://|supabase:)", value):
        raise Problem(
            f"{reference} holds no postgresql:// URL", "it reads  postgresql://user:password@host:5432/database"
        )
    return value


def _found(project: Project, layout: Layout) -> str:
    """The SQL of the settings, else what is likeliest to make the schema."""
    if project.config.sql:
        return f"migrations:{','.join(project.config.sql)}"
    if project.config.projects:
        raise Problem(
            "this repository has several projects, each with a truth of its own",
            f"run it in one of them:  cd {project.config.projects[0]}",
        )
    found = layout.kept("chosen", (), str, partial(_likeliest, project, layout))
    if not found:
        how = _ALEMBIC if _has_alembic(project.root) else _otherwise(project.root, layout) or _NONE
        raise NoTruth(f"no truth was found in {project.root}: neither migrations nor a snapshot", how)
    return found


def _likeliest(project: Project, layout: Layout) -> str:
    """The SQL that is likeliest to make the schema; "" without any."""
    from pgconform.sources.migrations import detect

    found = detect(project.root, layout.folders)
    return reference(project, found[0]) if found else ""


def _otherwise(root: Path, layout: Layout) -> str:
    """What to do where SQL that makes tables is for another server, or a program makes them; "" where nothing does."""
    from pgconform.sources.migrations.detect import for_another

    places = (Path(place, name) for place, names in layout.folders for name in sorted(names) if name.endswith(".sql"))
    files = (file for file in places if not in_tests(file.relative_to(root).as_posix()))
    found = next((file for file in files if for_another(file)), None)
    return _FOREIGN.format(found.relative_to(root).as_posix()) if found else _by_program(root, layout)


def _by_program(root: Path, layout: Layout) -> str:
    """What to do where a program makes the tables, and nothing else says what they are; "" where none does."""
    files = (Path(place, name) for place, names in layout.folders for name in sorted(names) if name.endswith(".py"))
    found = next(
        (file for file in files if not in_tests(file.relative_to(root).as_posix()) and _makes_tables(file)), None
    )
    if found and b"from alembic import" in found.read_bytes():
        return _ALEMBIC
    return _BY_PROGRAM.format(found.relative_to(root).as_posix()) if found else ""


def _makes_tables(file: Path) -> bool:
    """It makes tables, and does not speak of another server alone."""
    try:
        text = file.read_bytes()
    except OSError:
        return False
    foreign = _OF_ANOTHER.search(text) and not _OF_POSTGRES.search(text)
    return _MAKES_TABLES.search(text) is not None and not foreign


def _has_alembic(root: Path) -> bool:
    return any(next(root.glob(pattern), None) for pattern in ("alembic.ini", "*/alembic.ini", "*/*/alembic.ini"))


def sql_sources(ref: str, root: Path) -> tuple[str, ...]:
    """The files of SQL that a reference to migrations means, by path; none of any other."""
    scheme, _, rest = ref.partition(":")
    if scheme not in ("migrations", "sql"):
        return ()
    from pgconform.sources.migrations.layout import migrations

    places = [root / source.strip() for source in rest.split(",")]
    files = (path for place in places for path in (migrations(place) if place.is_dir() else [place]))
    return tuple(os.path.relpath(path, root).replace(os.sep, "/") for path in files)


def reference(project: Project, candidate: Candidate) -> str:
    """What `open_truth` takes for SQL that was found."""
    return f"migrations:{','.join(path.relative_to(project.root).as_posix() for path in candidate.sources)}"


def beside(project: Project, ref: str, layout: Layout) -> Names:
    """The files that may be a part of the truth beside the SQL that a reference means."""
    return _beside(project.root, frozenset(sql_sources(ref, project.root)), layout)


def left_out(project: Project, ask: Ask, truth: Schema, sources: Iterable[str], layout: Layout) -> Names | None:
    """The files of SQL, and Alembic's revisions, that may be a part of the truth all the same; and types of a database.

    ``sources`` are the files that were applied for it. None where a person or a database says what the truth is.
    """
    config = project.config
    if ask.truth or ask.live or config.truth or config.sql:
        return None
    made = sql_files(truth)
    if not made:
        return None
    applied = made.union(sources)
    parts = (uri.encode("utf-8", "surrogateescape") for uri in sorted(applied))
    return layout.kept("beside", parts, tuple[str, ...], partial(_beside, project.root, applied, layout))


def _beside(root: Path, applied: frozenset[str], layout: Layout) -> Names:
    from pgconform.sources.migrations.alembic import revisions
    from pgconform.sources.migrations.beside import beside as speaking
    from pgconform.sources.migrations.generated import files

    folders = layout.folders
    return (*speaking(root, applied, folders), *revisions(root, folders), *files(root, folders))
