"""Guards around SQLAlchemy, psycopg and asyncpg, in services and workers, and while the schema changes."""

from __future__ import annotations

import asyncio
import enum
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from pgconform import Guard, Policy, SchemaMismatch, SchemaWarning, Verification
from pgconform.embedded import Server
from pgconform.guard.policy import Mode
from pgconform.guard.uses import Uses
from pgconform.sources.postgres import read
from pgconform.sources.postgres.changes import trigger
from tests.guarding import SQL, uses_of
from tests.truths import apply


class Base(DeclarativeBase):
    pass


class Document(Base):
    __tablename__ = "documents"

    id: Mapped[int] = mapped_column(sa.Identity(always=True), primary_key=True)
    title: Mapped[str]
    status: Mapped[str] = mapped_column(sa.Enum("draft", "published", "gone", name="status"))
    words: Mapped[int | None]


class Wrong(Base):
    __tablename__ = "authors"

    id: Mapped[str] = mapped_column(sa.Uuid(as_uuid=False), primary_key=True)
    name: Mapped[str]
    nickname: Mapped[str | None]


@pytest.fixture(scope="module")
def uses(postgres: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Uses]:
    dsn = postgres.create_database("guard_drivers")
    apply(dsn, SQL)
    yield uses_of(tmp_path_factory.mktemp("program"), read(dsn))
    postgres.drop_database("guard_drivers")


@pytest.fixture
def live(pg_dsn: str) -> str:
    apply(pg_dsn, SQL)
    return pg_dsn


def url(dsn: str, driver: str = "psycopg") -> str:
    return dsn.replace("postgresql://", f"postgresql+{driver}://", 1)


@pytest.fixture
def engine(uses: Uses, live: str) -> Iterator[sa.Engine]:
    made = sa.create_engine(url(live))
    yield Guard(uses).engine(made)
    made.dispose()


def test_an_engine_verifies_on_its_first_connection_alone(uses: Uses, live: str) -> None:
    guard = Guard(uses)
    engine = guard.engine(sa.create_engine(url(live)))
    assert guard.standing.verified is None
    with engine.connect():
        first = guard.standing.verified
    with engine.connect():
        assert first is not None
        assert guard.standing.verified == first
    engine.dispose()


def test_an_engine_whose_database_lacks_something_does_not_connect(uses: Uses, live: str) -> None:
    apply(live, "alter table documents rename column words to number")
    engine = Guard(uses).engine(sa.create_engine(url(live)))
    with pytest.raises(SchemaMismatch, match="COL001"):
        engine.connect()
    engine.dispose()


def test_objects_are_looked_at_before_they_leave(engine: sa.Engine) -> None:
    with Session(engine) as session:
        session.add_all([Document(title=f"t{number}", status="draft", words=number) for number in range(3)])
        session.commit()
        session.add(Document(title="x", status="gone"))
        with pytest.raises(SchemaMismatch, match="ENM002") as raised:
            session.commit()
        assert "test_guard_drivers.py" in str(raised.value)
        session.rollback()
        session.add(Document(title="x" * 41, status="draft"))
        with pytest.raises(SchemaMismatch, match="QRY006"):
            session.commit()
        session.rollback()
        session.add(Wrong(id="11111111-1111-1111-1111-111111111111", name="x", nickname="y"))
        with pytest.raises(SchemaMismatch, match="COL001"):
            session.commit()
        session.rollback()
        document = session.scalars(sa.select(Document).limit(1)).one()
        document.status = "published"
        session.commit()


class Named(enum.StrEnum):
    """Kept by their names, as SQLAlchemy and psycopg do: no label is a value."""

    draft = "a draft"
    published = "is published"


class Shouted(sa.TypeDecorator[str]):
    """What is sent is not what the program says."""

    impl = sa.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value[:40] if value else value


def test_rows_are_judged_by_what_is_sent(engine: sa.Engine) -> None:
    table = sa.Table(
        "documents", sa.MetaData(), sa.Column("title", Shouted), sa.Column("status", sa.Enum(Named, name="status"))
    )
    with engine.begin() as connection:
        connection.execute(sa.insert(table).values(title="x" * 50, status=Named.draft))
        rows = [{"title": "x" * 50, "status": Named.published} for _ in range(3)]
        connection.execute(sa.insert(table).returning(table.c.title), rows)
        assert connection.execute(sa.text("select count(*) from documents")).scalar() == 4
    with engine.connect() as connection, pytest.raises(SchemaMismatch, match="NUL003"):
        connection.execute(sa.insert(table).returning(table.c.title), [{"title": "a"}, {"title": None}])


def test_core_statements_are_looked_at_too(engine: sa.Engine) -> None:
    with engine.begin() as connection:
        connection.execute(sa.insert(Document).values(title="a", status="draft"))
        connection.execute(sa.insert(Document), [{"title": "b", "status": "draft"}, {"title": "c", "status": "draft"}])
        with pytest.raises(SchemaMismatch, match="NUL003"):
            connection.execute(sa.update(Document).values(title=None))
        connection.execute(sa.update(Document).where(Document.title == "a").values(words=3))
        assert connection.execute(sa.text("select count(*) from documents")).scalar() == 3


def test_an_error_of_sqlalchemy_stays_its_own_with_a_note(engine: sa.Engine) -> None:
    with engine.connect() as connection:
        with pytest.raises(sa.exc.ProgrammingError) as raised:
            connection.execute(sa.text("select nope from documents"))
        assert "COL001" in raised.value.__notes__[0]
        connection.rollback()
        with pytest.raises(sa.exc.DataError) as other:
            connection.execute(sa.text("select 1 / 0"))
        assert not hasattr(other.value, "__notes__")


@pytest.mark.parametrize("driver", ["psycopg", "asyncpg"])
def test_asynchronous_engines_are_guarded(uses: Uses, live: str, driver: str) -> None:
    guard = Guard(uses)

    async def use() -> None:
        engine = guard.engine(create_async_engine(url(live, driver)))
        async with engine.begin() as connection:
            assert guard.standing.verified is not None
            await connection.execute(sa.insert(Document).values(title="a", status="draft"))
            with pytest.raises(SchemaMismatch, match="ENM002"):
                await connection.execute(sa.insert(Document).values(title="a", status="gone"))
        async with engine.connect() as connection:
            with pytest.raises(sa.exc.ProgrammingError) as raised:
                await connection.execute(sa.text("select nope from documents"))
            assert "COL001" in raised.value.__notes__[0]
        await engine.dispose()

    asyncio.run(use())


def test_a_cursor_of_psycopg_looks_at_rows_and_explains_errors(uses: Uses, live: str) -> None:
    guard = Guard(uses)
    with psycopg.connect(live, autocommit=True, cursor_factory=guard.cursor_factory()) as connection:
        connection.execute("insert into documents (title, status) values (%s, %s)", ("a", "draft"))
        connection.cursor().executemany("insert into documents (title) values (%s)", [("b",), ("c",)])
        with pytest.raises(SchemaMismatch, match="ENM002"):
            connection.execute("insert into documents (title, status) values (%(t)s, %(s)s)", {"t": "a", "s": "gone"})
        with pytest.raises(SchemaMismatch, match="COL001"):
            connection.execute("insert into documents (titel) values (%s)", ("a",))
        with pytest.raises(SchemaMismatch, match="NUL003"):
            connection.cursor().executemany("insert into documents (title) values (%s)", [("b",), (None,)])
        with pytest.raises(psycopg.errors.UndefinedColumn) as raised:
            connection.execute("select nope from documents")
        assert "COL001" in raised.value.__notes__[0]
        with pytest.raises(psycopg.errors.NotNullViolation) as missing:
            connection.execute("insert into documents (words) values (1)")
        assert "documents.title" in missing.value.__notes__[0] or "title" in missing.value.__notes__[0]
        with pytest.raises(psycopg.errors.DivisionByZero) as other:
            connection.execute("select 1 / 0")
        assert not hasattr(other.value, "__notes__")


def test_asynchronous_psycopg_and_asyncpg_do_the_same(uses: Uses, live: str) -> None:
    guard = Guard(uses)

    async def use() -> None:
        factory = guard.cursor_factory(psycopg.AsyncCursor)
        async with await psycopg.AsyncConnection.connect(live, autocommit=True, cursor_factory=factory) as connection:
            await connection.execute("insert into documents (title) values (%s)", ("a",))
            with pytest.raises(SchemaMismatch, match="ENM002"):
                await connection.execute("insert into documents (title, status) values (%s, %s)", ("a", "gone"))
            with pytest.raises(psycopg.errors.UndefinedColumn) as raised:
                await connection.execute("select nope from documents")
            assert "COL001" in raised.value.__notes__[0]
        direct = await asyncpg.connect(live, connection_class=guard.connection_class())
        await direct.execute("insert into documents (title) values ($1)", "a")
        await direct.executemany("insert into documents (title) values ($1)", [("b",), ("c",)])
        assert await direct.fetchval("select count(*) from documents") == 4
        with pytest.raises(SchemaMismatch, match="ENM002"):
            await direct.fetchrow("insert into documents (title, status) values ($1, $2) returning id", "a", "gone")
        with pytest.raises(asyncpg.UndefinedColumnError) as missing:
            await direct.fetch("select nope from documents")
        assert "COL001" in missing.value.__notes__[0]
        await direct.close()

    asyncio.run(use())


def test_a_plan_that_a_change_has_made_useless_is_recognised(uses: Uses, live: str) -> None:
    with psycopg.connect(live, autocommit=True, cursor_factory=Guard(uses).cursor_factory()) as connection:
        for _ in range(2):
            connection.execute("select * from documents where id = %s", (1,), prepare=True)
        apply(live, "alter table documents add column more int")
        with pytest.raises(psycopg.errors.FeatureNotSupported) as raised:
            connection.execute("select * from documents where id = %s", (1,), prepare=True)
        assert "name the columns instead of *" in raised.value.__notes__[0]


def test_off_gives_back_what_it_was_given(uses: Uses, live: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_GUARD", "off")
    guard = Guard(uses)
    assert guard.cursor_factory() is psycopg.Cursor
    assert guard.connection_class() is asyncpg.Connection
    engine = guard.engine(sa.create_engine(url(live)))
    assert not engine._has_events

    def plain() -> int:
        return 1

    assert guard.requires("documents.status")(plain) is plain


def wait_for(met: Any, seconds: float = 10.0) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if met():
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("told", [True, False], ids=["told", "polled"])
def test_a_change_is_noticed_and_a_stale_program_stops_writing(uses: Uses, live: str, told: bool) -> None:
    if told:
        apply(live, trigger())
    seen: list[Verification] = []
    guard = Guard(uses, Policy(stale=Mode.RAISE))
    with (
        guard.watch(live, interval=60 if told else 0.1, on_change=seen.append) as watch,
        psycopg.connect(live, autocommit=True, cursor_factory=guard.cursor_factory()) as connection,
    ):
        assert watch.wait()
        assert watch.told_by == (("pgconform",) if told else ())
        connection.execute("insert into documents (title) values (%s)", ("a",))
        apply(live, "alter table documents rename column words to number")
        assert wait_for(lambda: guard.stale)
        with pytest.raises(SchemaMismatch, match="no longer writes to documents"):
            connection.execute("insert into documents (title) values (%s)", ("b",))
        connection.execute("insert into authors (name) values (%s)", ("still",))
        assert guard.ready()[0] is False
        apply(live, "alter table documents rename column number to words")
        assert wait_for(lambda: not guard.stale)
        connection.execute("insert into documents (title) values (%s)", ("c",))
    assert [found.ok for found in seen] == [True, False, True]
    assert threading.active_count() == 1 or not any(one.name == "pgconform-guard" for one in threading.enumerate())


def test_an_error_that_looks_like_a_change_makes_the_watch_look(uses: Uses, live: str) -> None:
    guard = Guard(uses)
    with guard.watch(live, interval=60) as watch, psycopg.connect(live, autocommit=True) as connection:
        assert watch.wait()
        connection.execute("alter table documents rename column words to number")
        guarded = connection.cursor()
        cursor = guard.cursor_factory()(connection)
        guarded.close()
        with pytest.raises(psycopg.errors.UndefinedColumn):
            cursor.execute("select words from documents")
        assert wait_for(lambda: guard.stale)


def test_a_watch_survives_its_connection_and_what_the_program_does_with_it(uses: Uses, live: str) -> None:
    calls: list[Verification] = []

    def failing(found: Verification) -> None:
        calls.append(found)
        raise RuntimeError("the program's own")

    guard = Guard(uses)
    with guard.watch(live, interval=0.1, on_change=failing) as watch:
        assert watch.wait()
        apply(live, "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'pgconform'")
        apply(live, "alter table documents rename column words to number")
        assert wait_for(lambda: guard.stale)
    assert len(calls) >= 2


def test_a_service_starts_only_when_it_fits_and_says_whether_it_is_ready(uses: Uses, live: str) -> None:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient

    def app(guard: Guard) -> FastAPI:
        made = FastAPI(lifespan=guard.lifespan(lambda: create_async_engine(url(live)), watch=live))

        @made.get("/health/schema")
        def schema() -> dict[str, Any]:
            return guard.ready()[1]

        return made

    with TestClient(app(Guard(uses))) as client:
        assert client.get("/health/schema").json() == {"schema": "conforms", "findings": []}
    assert Guard(uses).ready() == (True, {"schema": "not verified", "findings": []})
    apply(live, "alter table documents rename column words to number")
    with pytest.raises(SchemaMismatch), TestClient(app(Guard(uses))):
        pass


def test_a_worker_of_celery_starts_only_when_it_fits(uses: Uses, live: str) -> None:
    from celery.signals import worker_init  # type: ignore[import-untyped]

    before = list(worker_init.receivers)
    try:
        Guard(uses).celery(lambda: live)
        worker_init.send(sender=None)
        apply(live, "alter table documents rename column words to number")
        with pytest.raises(SystemExit, match="COL001"):
            worker_init.send(sender=None)
    finally:
        worker_init.receivers = before


def test_the_command_asks_and_leaves_with_its_verdict(uses: Uses, live: str, tmp_path: Path) -> None:
    from pgconform.cli._faults import guarded
    from pgconform.cli.main import group
    from pgconform.guard.uses import text

    (tmp_path / "uses.json").write_text(text(uses))
    arguments = ["guard", live, "--uses", str(tmp_path / "uses.json")]
    assert guarded(group, arguments) == 0
    apply(live, "alter table documents rename column words to number")
    assert guarded(group, arguments) == 1
    assert guarded(group, ["guard", "postgresql://x@127.0.0.1:1/x", "--uses", str(tmp_path / "uses.json")]) == 2
    assert guarded(group, ["guard", live, "--uses", str(tmp_path / "none.json")]) == 2


def test_the_policy_of_findings_is_heeded_by_drivers(uses: Uses, live: str) -> None:
    guard = Guard(uses, Policy(error=Mode.WARN))
    with psycopg.connect(live, autocommit=True, cursor_factory=guard.cursor_factory()) as connection:
        with (
            pytest.warns(SchemaWarning, match="ENM002"),
            pytest.raises(psycopg.errors.InvalidTextRepresentation) as raised,
        ):
            connection.execute("insert into documents (title, status) values (%s, %s)", ("a", "gone"))
        assert "QRY006" in raised.value.__notes__[0]
