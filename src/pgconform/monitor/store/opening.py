"""Opening the history: made where there is none, brought to the newest form, or refused in one sentence."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.config import Project
from pgconform.errors import Problem, masked, reason
from pgconform.support.environment import expanded

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

DEFAULT = ".pgconform/history.db"
SCHEMA = "pgconform"
NEWEST = "0001"
_BUSY = 30.0
_DAMAGED = ("malformed", "not a database")


def open_history(project: Project, *, make: bool = True) -> Engine:
    """The project's history. ``make`` False: a `Problem` where there is none yet."""
    said = project.config.monitor.history if project.config.monitor else ""
    reference = expanded(said, project.root) if said else DEFAULT
    if "://" in reference and "://" in said:
        raise project.problem(
            "monitor.history",
            "the setting monitor.history holds a connection URL, which does not belong in a file",
            'put the URL in the environment and write  history = "$PGCONFORM_HISTORY"',
        )
    if "://" in reference:
        return _checked(_postgres(reference), masked(reference))
    path = project.root / reference
    if not make and not path.is_file():
        raise Problem(f"there is no history {reference} yet", "write one with:  pgconform watch")
    return open_file(path)


def open_file(path: Path) -> Engine:
    """The history in one SQLite file. Raises `Problem` where it cannot be used."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.parent.name == ".pgconform":
            with suppress(FileExistsError), (path.parent / ".gitignore").open("x") as file:
                file.write("*\n")
    except OSError as failure:
        raise Problem(
            f"cannot keep a history in {path.parent}: {reason(failure)}",
            "name another place:  [tool.pgconform.monitor] history",
        ) from failure
    return _checked(_sqlite(path), str(path))


def _sqlite(path: Path) -> Engine:
    import sqlalchemy

    engine: Engine = sqlalchemy.create_engine(f"sqlite:///{path}", connect_args={"timeout": _BUSY})

    @sqlalchemy.event.listens_for(engine, "connect")
    def connected(raw: Any, _record: object) -> None:
        raw.isolation_level = None
        raw.execute("pragma journal_mode = wal")
        raw.execute("pragma synchronous = full")
        raw.execute("pragma foreign_keys = on")

    @sqlalchemy.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        reading = connection.get_execution_options().get("reading")
        connection.exec_driver_sql("begin" if reading else "begin immediate")

    return engine


def _postgres(url: str) -> Engine:
    """A database of ours: our tables stand in a schema of their own, so that they are no drift of what is watched."""
    import sqlalchemy

    from pgconform.sources.postgres.connect import normal_url

    plain = normal_url(url).replace("postgresql://", "postgresql+psycopg://", 1)
    named = {"application_name": "pgconform history", "connect_timeout": 5, "prepare_threshold": None}
    engine: Engine = sqlalchemy.create_engine(plain, connect_args=named, pool_pre_ping=True, pool_size=2)

    @sqlalchemy.event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"set local search_path to {SCHEMA}")

    return engine


def _checked(engine: Engine, shown: str) -> Engine:
    from sqlalchemy.exc import DBAPIError

    try:
        _migrate(engine, shown)
    except DBAPIError as failure:
        engine.dispose()
        why = str(failure.orig).strip().splitlines()[0] if str(failure.orig).strip() else type(failure).__name__
        damaged = any(word in why for word in _DAMAGED)
        raise Problem(
            f"the history {shown} cannot be used: {why[:1].lower()}{why[1:]}",
            "put a copy in its place, or move it away:  pgconform watch  begins a new one"
            if damaged
            else "is it the history of pgconform, and may you write there?",
        ) from failure
    return engine


def _migrate(engine: Engine, shown: str) -> None:
    with engine.begin() as connection:
        version = _version(connection)
        if version == NEWEST:
            return
        if version > NEWEST:
            raise Problem(f"the history {shown} was written by a newer pgconform", "upgrade pgconform")
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("select pg_advisory_xact_lock(7363617)")
            connection.exec_driver_sql(f"create schema if not exists {SCHEMA}")
        _upgraded(connection)


def _version(connection: Connection) -> str:
    import sqlalchemy

    if not sqlalchemy.inspect(connection).has_table("history_version"):
        return ""
    return str(connection.exec_driver_sql("select version_num from history_version").scalar() or "")


def _upgraded(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
