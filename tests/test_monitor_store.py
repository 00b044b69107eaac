"""The history: made, brought up to date, refused; schemas kept once; what is old forgotten."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from msgspec.structs import replace
from sqlalchemy import Engine, func, select

from pgconform.config import Config, Project
from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.finding import Finding, Severity
from pgconform.monitor.session import own
from pgconform.monitor.store import contents, tables
from pgconform.monitor.store.opening import NEWEST, open_file, open_history
from pgconform.monitor.store.reading import open_counts, reading
from pgconform.monitor.store.recording import Looked, record
from pgconform.monitor.store.retention import forget
from pgconform.monitor.values import Observation, Verdict, now, seconds
from pgconform.schema import Schema
from pgconform.targets import MonitorConfig
from tests.schemas import column, table

DAY = 86_400
ONE = Schema((table("documents", "id uuid!", "title text!"), table("users", "id uuid!")), schemas=("public",))
CONFIG = MonitorConfig()


def grown(schema: Schema, *columns: str) -> Schema:
    """The schema with these columns in its first table."""
    first, *rest = schema.relations
    return replace(schema, relations=(replace(first, fields=(*first.fields, *map(column, columns))), *rest))


def looked(schema: Schema, *said: Finding, at: int | None = None, target: str = "production") -> Looked:
    seen = Observation(schema, own(schema, ("public",)), at if at is not None else now())
    return Looked(target, "postgresql://db/shop", (), seen, Verdict(said))


def finding(message: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(severity, message, code="COL001", name="unknown-column", subject="documents.x")


@pytest.fixture
def history(tmp_path: Path) -> Iterator[Engine]:
    engine = open_file(tmp_path / "history.db")
    yield engine
    engine.dispose()


def count(history: Engine, name: str) -> int:
    with reading(history) as connection:
        return connection.scalar(select(func.count()).select_from(tables.metadata.tables[name])) or 0


def test_the_migrations_make_the_tables_that_the_code_uses(history: Engine) -> None:
    with history.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "history_version"})
        assert compare_metadata(context, tables.metadata) == []
        assert context.get_current_revision() == NEWEST


def test_a_history_of_a_newer_version_is_refused(tmp_path: Path, history: Engine) -> None:
    with sqlite3.connect(tmp_path / "history.db") as connection:
        connection.execute("update history_version set version_num = '9999'")
    with pytest.raises(Problem, match="was written by a newer pgconform"):
        open_file(tmp_path / "history.db")


@pytest.mark.parametrize("content", [b"no database at all, but a text", b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_history_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "history.db").write_bytes(content)
    with pytest.raises(Problem, match=r"the history .* cannot be used") as refused:
        open_file(tmp_path / "history.db")
    assert "move it away" in refused.value.help
    assert (tmp_path / "history.db").read_bytes() == content


def test_git_does_not_see_the_history(tmp_path: Path) -> None:
    open_file(tmp_path / ".pgconform" / "history.db").dispose()
    assert (tmp_path / ".pgconform" / ".gitignore").read_text() == "*\n"


def test_a_url_in_the_settings_is_refused(tmp_path: Path) -> None:
    config = Config(monitor=MonitorConfig(history="postgresql://me:secret@db/x"))
    with pytest.raises(Problem) as caught:
        open_history(Project(tmp_path, config))
    assert "secret" not in caught.value.message


def test_a_schema_reads_back_and_takes_room_once(history: Engine) -> None:
    with history.begin() as connection:
        digest = contents.put_schema(connection, ONE)
        assert contents.get_schema(connection, digest) == ONE
        assert contents.put_schema(connection, replace(ONE, origin="elsewhere", server="17.2")) == digest
    before = count(history, "contents")
    with history.begin() as connection:
        contents.put_schema(connection, grown(ONE, "notes text"))
    assert count(history, "contents") == before + 2


def test_a_look_without_news_leaves_nothing_behind(history: Engine) -> None:
    assert record(history, looked(ONE, finding("no column x")), CONFIG).first
    rows = [count(history, name) for name in ("snapshots", "changes", "findings", "events")]
    again = record(history, looked(ONE, finding("no column x")), CONFIG)
    assert (again.snapshot, again.opened, again.closed) == (None, 0, 0)
    assert [count(history, name) for name in ("snapshots", "changes", "findings", "events")] == rows == [1, 0, 1, 1]


def test_two_findings_in_the_same_words_are_two(history: Engine) -> None:
    record(history, looked(ONE, finding("no column x"), finding("no column x")), CONFIG)
    assert open_counts(history) == {"error": 2}
    assert record(history, looked(ONE, finding("no column x")), CONFIG).closed == 1


def test_a_note_is_no_event(history: Engine) -> None:
    record(history, looked(ONE, finding("worth knowing", Severity.INFO)), CONFIG)
    assert (open_counts(history), count(history, "events")) == ({"info": 1}, 0)


def test_what_could_not_be_judged_closes_nothing(history: Engine) -> None:
    record(history, looked(ONE, finding("no column x")), CONFIG)
    fault = replace(looked(ONE), verdict=Verdict(fault="pgconform.toml:1: there is no setting x"))
    record(history, fault, CONFIG)
    record(history, fault, CONFIG)
    assert open_counts(history) == {"error": 1}
    with reading(history) as connection:
        kinds = connection.scalars(select(tables.events.c.kind).order_by(tables.events.c.id)).all()
    assert kinds == ["opened", "fault"]


def test_what_is_over_and_old_is_forgotten_but_not_the_last_snapshot(history: Engine) -> None:
    old = now() - seconds(100 * DAY)
    record(history, looked(ONE, finding("no column x"), at=old), CONFIG)
    record(history, looked(grown(ONE, "a text"), at=old + 1), CONFIG)
    record(history, looked(grown(ONE, "a text", "b text"), finding("no column y"), at=old + 2), CONFIG)
    with history.begin() as connection:
        connection.execute(tables.events.delete())
    assert forget(history, 90) == 2
    assert (count(history, "snapshots"), count(history, "findings"), count(history, "contents")) == (1, 1, 3)
    with reading(history) as connection:
        row = connection.execute(select(tables.snapshots)).one()
        assert own(contents.get_schema(connection, row.content), ("public",)) == row.fingerprint
    assert forget(history, 0) == 0


def test_the_history_may_be_a_postgres(pg_dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_HISTORY", pg_dsn)
    project = Project(tmp_path, Config(monitor=MonitorConfig(history="$PGCONFORM_HISTORY")))
    for turn in range(2):
        engine = open_history(project)
        recorded = record(engine, looked(grown(ONE, f"c_{turn} text"), finding(f"no column {turn}")), CONFIG)
        assert recorded.first is not bool(turn)
        assert open_counts(engine) == {"error": 1}
        engine.dispose()
    with psycopg.connect(pg_dsn) as connection:
        homes = connection.execute("select distinct schemaname from pg_tables where tablename = 'findings'").fetchall()
        assert homes == [("pgconform",)]
        assert connection.execute("select count(*) from pgconform.changes").fetchone() == (2,)


def test_a_role_that_may_not_make_the_history_is_told(
    pg_dsn: str, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    role = f"guest_{uuid.uuid4().hex[:8]}"
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(f"create role {role} login".encode())
    monkeypatch.setenv("PGCONFORM_HISTORY", pg_dsn.replace("//pgconform@", f"//{role}@"))
    project = Project(tmp_path, Config(monitor=MonitorConfig(history="$PGCONFORM_HISTORY")))
    with pytest.raises(Problem, match="permission denied for database"):
        open_history(project)
    with psycopg.connect(pg_dsn, autocommit=True) as connection:
        connection.execute(f"drop role {role}".encode())
