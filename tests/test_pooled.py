"""What poolers in between make of a guard, a monitor and a look at a live database."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import psycopg
import pytest
import sqlalchemy
from psycopg.conninfo import conninfo_to_dict

from pgconform import Guard
from pgconform.embedded import Server
from pgconform.errors import Problem
from pgconform.guard.uses import Uses
from pgconform.monitor.session import Session
from pgconform.monitor.store.opening import open_file
from pgconform.monitor.visiting import Memory, Visitor
from pgconform.monitor.watched import watched
from pgconform.schema import Schema
from pgconform.sources.postgres import read
from pgconform.sources.postgres.changes import trigger
from pgconform.sources.postgres.connect import connected
from pgconform.sql.lines import Driver
from pgconform.sql.server import prove
from pgconform.support.pooled import DEAF, pooled, transactions_pooled
from tests.guarding import SQL, uses_of
from tests.monitoring import Hook, hooked, scene, until
from tests.pgbouncer import pgbouncer

MODES = ("session", "transaction")


class Pool(NamedTuple):
    """A database, and the ways to it."""

    direct: str
    truth: Schema
    session: str
    transaction: str
    statement: str


@pytest.fixture(scope="module")
def pool(postgres: Server) -> Iterator[Pool]:
    name = f"pooled_{uuid.uuid4().hex[:8]}"
    dsn = postgres.create_database(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL)
        connection.execute(trigger())
    with (
        pgbouncer(postgres, "session", 4) as session,
        pgbouncer(postgres, "transaction", 4) as transaction,
        pgbouncer(postgres, "statement", 4) as statement,
    ):
        yield Pool(dsn, read(dsn), *(f"{url}/{name}" for url in (session, transaction, statement)))
    postgres.drop_database(name)


@pytest.fixture(scope="module")
def uses(pool: Pool, tmp_path_factory: pytest.TempPathFactory) -> Uses:
    return uses_of(tmp_path_factory.mktemp("pooled"), pool.truth)


def test_a_pooler_is_known_and_whether_it_pools_transactions(pool: Pool) -> None:
    found = {}
    for way in ("direct", *MODES, "statement"):
        again = partial(connected, getattr(pool, way))
        with again() as connection:
            found[way] = (pooled(connection), transactions_pooled(connection, again))
    assert found == {
        "direct": (False, False),
        "session": (True, False),
        "transaction": (True, True),
        "statement": (True, True),
    }


def test_a_pooler_of_sessions_with_one_process_is_not_waited_for(postgres: Server, pool: Pool) -> None:
    with pgbouncer(postgres, "session", 1) as url:
        way = f"{url}/{_database(pool.direct)}"
        began = time.monotonic()
        with connected(way) as connection:
            assert not transactions_pooled(connection, lambda: connected(way))
        assert time.monotonic() - began < 5


@pytest.mark.parametrize("mode", MODES)
def test_the_truth_is_the_same_through_a_pooler(pool: Pool, mode: str) -> None:
    assert read(getattr(pool, mode)).fingerprint() == pool.truth.fingerprint()


@pytest.mark.parametrize("mode", MODES)
def test_verify_asks_through_a_pooler_with_every_driver(pool: Pool, uses: Uses, mode: str) -> None:
    url = getattr(pool, mode)

    async def asynchronous() -> list[Any]:
        async with asyncpg.create_pool(url, statement_cache_size=0, min_size=1, max_size=3) as asked:
            return [await Guard(uses).averify(asked) for _ in range(4)]

    engine = sqlalchemy.create_engine(url.replace("postgresql", "postgresql+psycopg"))
    with psycopg.connect(url) as connection:
        found = [Guard(uses).verify(target) for target in (url, connection, engine)]
    engine.dispose()
    found += asyncio.run(asynchronous())
    assert {(one.ok, one.by) for one in found} == {(True, "sql")}
    with psycopg.connect(url, autocommit=True) as connection:
        said = connection.execute("select current_setting('search_path'), current_setting('transaction_read_only')")
        assert said.fetchone() == ('"$user", public', "off")


def test_a_watch_through_a_pooler_of_transactions_says_so_and_looks_by_itself(
    pool: Pool, uses: Uses, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        caplog.at_level(logging.WARNING, "pgconform.guard"),
        Guard(uses).watch(pool.transaction, interval=0.2) as watch,
    ):
        assert watch.wait()
        assert watch.told_by == ()
        before = watch.verified
        _altered(pool, "alter table sales add column pooled text")
        until(lambda: watch.verified > before)
        _altered(pool, "alter table sales drop column pooled")
    assert "a pooler in transaction mode passes on nothing that the database tells" in caplog.text


def test_a_watch_through_a_pooler_of_sessions_hears(pool: Pool, uses: Uses) -> None:
    with Guard(uses).watch(pool.session, interval=60) as watch:
        assert watch.wait()
        assert watch.told_by == ("pgconform",)
        before = watch.verified
        _altered(pool, "alter table sales add column heard text")
        until(lambda: watch.verified > before)
        _altered(pool, "alter table sales drop column heard")


def _altered(pool: Pool, sql: str) -> None:
    with psycopg.connect(pool.direct, autocommit=True) as connection:
        connection.execute(sql.encode())


@pytest.mark.parametrize(("way", "deaf"), [("direct", False), ("session", False), ("transaction", True)])
def test_a_monitor_knows_whether_it_can_hear(pool: Pool, way: str, deaf: bool) -> None:
    session = Session(getattr(pool, way), 5.0, hears=True)
    try:
        assert session.deaf is deaf
        assert session.look("x", session.signal(), ("public",)).truth.fingerprint() == pool.truth.fingerprint()
        _altered(pool, "comment on table sales is 'seen'")
        if not deaf:
            until(session.hear)
        _altered(pool, "comment on table sales is null")
    finally:
        session.close()
    with psycopg.connect(pool.transaction, autocommit=True) as connection:
        assert connection.execute("select * from pg_listening_channels()").fetchall() == []


def test_statements_are_proven_through_a_pooler_and_leave_nothing_to_others(pool: Pool) -> None:
    asked = ["select titel from documents", "select title from documents where id = $1", "insert into nope values (1)"]
    with connected(pool.transaction) as connection:
        found = prove(Driver(connection), asked, ("public",), frozenset(asked))
    assert [one.code for one in found] == ["42703", "", "42P01"]
    assert [one.name for one in found[1].results or ()] == ["title"]
    names = ("default_transaction_read_only", "search_path", "statement_timeout")
    with psycopg.connect(pool.transaction, autocommit=True) as connection:
        said = [connection.execute("select current_setting(%s)", (name,)).fetchone() for name in names]
    assert said == [("off",), ('"$user", public',), ("0",)]


def test_what_a_pooler_refuses_is_said_in_a_sentence(pool: Pool) -> None:
    with pytest.raises(Problem, match="its pooler does not take the  options=…  of the URL"):
        read(f"{pool.session}?options=-cwork_mem%3D5MB")
    with pytest.raises(Problem, match="transaction blocks not allowed in statement pooling mode") as refused:
        read(pool.statement)
    assert refused.value.help == "name the database itself, or a pooler in session or transaction mode"


@pytest.fixture
def hook() -> Iterator[Hook]:
    with hooked() as one:
        yield one


def test_a_monitor_behind_a_pooler_of_transactions_tells_of_a_change_all_the_same(
    postgres: Server, pg_dsn: str, tmp_path: Path, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    with pgbouncer(postgres, "transaction") as url:
        shop = scene(tmp_path, pg_dsn, hook, monkeypatch)
        monkeypatch.setenv("PRODUCTION", f"{url}/{_database(pg_dsn)}")
        engine = open_file(tmp_path / "history.db")
        visitor, memory = Visitor(engine, shop.project, lambda _, text: said.append(text)), Memory()
        (target,) = watched(shop.project)
        visits = [visitor.visit(target, memory)]
        shop.sql("alter table documents drop column notes")
        visits.append(visitor.visit(target, memory))
        assert memory.session is not None
        memory.session.close()
        engine.dispose()
    assert [visit.recorded.opened if visit.recorded else None for visit in visits] == [0, 2]
    assert said == [f"{DEAF}: looking every 3600 s"]


def _database(dsn: str) -> str:
    return str(conninfo_to_dict(dsn)["dbname"])
