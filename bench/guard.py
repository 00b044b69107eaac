"""What a guard costs: its question at start-up, and each guarded operation beside the unguarded one.

``python -m bench guard [TABLES …]``: default databases of 50 and 2000 tables. Requests go to a server of this machine
that answers each with one row and does nothing else, so that what the client does is all that is measured; and to
PostgREST before a Postgres, where npm has it.
"""

from __future__ import annotations

import asyncio
import contextlib
import multiprocessing
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

from bench.introspection import _fill
from bench.measure import kept, turns
from pgconform.embedded import Server, shadow
from pgconform.guard import Guard
from pgconform.guard.given import of_snapshot
from pgconform.guard.uses import Uses
from pgconform.sources import snapshot
from pgconform.sources.postgres import read

SIZES = (50, 2000)
MOST = 1.02
USED = tuple(f"t_{number}" for number in range(1, 6))
ROW = {"title": "a title", "code": "c-1", "quantity": 3, "status": "new", "tags": ["a", "b"], "active": True}
_ROUNDS = 6000
_BATCH = 50
_ANSWER = b'[{"id":1}]'


def main(arguments: list[str]) -> None:
    with shadow() as server:
        for tables in [int(argument) for argument in arguments] or SIZES:
            uses, dsn = made(server, tables)
            _start(uses, dsn, tables)
        _requests(uses)
        _real(uses, dsn)
        _drivers(uses, dsn)


def made(server: Server, tables: int) -> tuple[Uses, str]:
    dsn = server.create_database(f"guarded_{tables}")
    _fill(dsn, tables)

    with tempfile.TemporaryDirectory() as folder:
        snapshot.write(read(dsn), Path(folder) / "lock.json")
        uses, _ = of_snapshot(Path(folder) / "lock.json", USED)
    return uses, dsn


def _start(uses: Uses, dsn: str, tables: int) -> None:
    guard = Guard(uses)
    with psycopg.connect(dsn, autocommit=True) as connection:
        plain, asked = turns(600, lambda: connection.execute("select 1").fetchone(), lambda: guard.verify(connection))
    print(f"verify, {len(USED)} of {tables} tables used")
    print(f"  select 1                 {plain.wall * 1e3:8.3f} ms")
    print(f"  guard.verify             {asked.wall * 1e3:8.3f} ms")
    print(f"  more                     {(asked.wall - plain.wall) * 1e3:8.3f} ms (limit 1 ms)")


def _requests(uses: Uses) -> None:
    with answering() as url:
        clients = _clients(uses, url)
        many = [ROW | {"code": f"c-{number}"} for number in range(100)]
        _compare("supabase-py insert", _ROUNDS, *(inserting(one, ROW) for one in clients), limit=MOST)
        _compare("supabase-py insert of 100 rows", 1500, *(inserting(one, many) for one in clients))
        _compare("supabase-py select", _ROUNDS, *(selecting(one) for one in clients), limit=MOST)
        _asynchronous(uses, url)


def _clients(uses: Uses, url: str) -> list[Any]:
    import httpx
    from postgrest import SyncPostgrestClient

    sessions = [httpx.Client(base_url=url), *(guard.http_client(base_url=url) for guard in (Guard(uses), _off(uses)))]
    return [SyncPostgrestClient(url, http_client=session) for session in sessions]


def _asynchronous(uses: Uses, url: str) -> None:
    import httpx
    from postgrest import AsyncPostgrestClient

    with asyncio.Runner() as runner:
        guards = (Guard(uses), _off(uses))
        sessions = [httpx.AsyncClient(base_url=url), *(guard.async_http_client(base_url=url) for guard in guards)]
        clients = [AsyncPostgrestClient(url, http_client=session) for session in sessions]

        def awaited(client: Any) -> Callable[[], object]:
            return lambda: runner.run(client.from_("t_1").insert(ROW).execute())

        _compare("supabase-py insert, asyncio", _ROUNDS // 2, *map(awaited, clients), limit=MOST)
        for session in sessions:
            runner.run(session.aclose())


def _real(uses: Uses, dsn: str) -> None:
    """The same insert, where a PostgREST and a Postgres on this machine answer it."""
    import pytest
    from tests.postgrest_server import postgrest

    try:
        with (
            psycopg.connect(dsn, autocommit=True) as connection,
            postgrest(dsn, anonymous=connection.info.user) as server,
        ):
            connection.execute("alter table t_1 drop constraint if exists t_1_code_key")
            inserts = [inserting(one, ROW) for one in _clients(uses, server.url)]
            _compare("supabase-py insert, PostgREST and Postgres", 1500, *inserts, limit=MOST)
    except pytest.skip.Exception as reason:
        print(f"supabase-py insert, PostgREST and Postgres: {reason}")


def inserting(client: Any, payload: Any) -> Callable[[], object]:
    return lambda: client.from_("t_1").insert(payload).execute()


def selecting(client: Any) -> Callable[[], object]:
    return lambda: client.from_("t_1").select("id, title, status").eq("status", "new").execute()


def _compare(what: str, rounds: int, *runs: Callable[[], object], batch: int = 1, limit: float = 0) -> None:
    """As time passes, and by the processor time of this thread."""
    print(what)
    for name, one in zip(
        ("unguarded", "guarded", "PGCONFORM_GUARD=off"), turns(rounds, *runs, batch=batch), strict=True
    ):
        ratio = f"{one.ratio:.3f}× ({one.least:.3f} to {one.most:.3f})"
        judged = f", {kept(one.ratio, limit)}" if limit and name == "guarded" else ""
        more = f"{ratio}, processor time {one.thread_ratio:.3f}×{judged}" if name != "unguarded" else ""
        print(f"  {name:24} {one.wall * 1e6:8.0f} µs, {one.thread * 1e6:6.0f} µs of the processor   {more}")


def _off(uses: Uses) -> Guard:
    os.environ["PGCONFORM_GUARD"] = "off"
    try:
        return Guard(uses)
    finally:
        del os.environ["PGCONFORM_GUARD"]


def _drivers(uses: Uses, dsn: str) -> None:
    text = "insert into t_1 (title, code, amount) values (%s, %s, %s)"
    guards = (Guard(uses), _off(uses))
    with contextlib.ExitStack() as stack:
        factories = [psycopg.Cursor, *(guard.cursor_factory() for guard in guards)]
        open_ = [stack.enter_context(psycopg.connect(dsn, autocommit=True, cursor_factory=one)) for one in factories]
        _compare("psycopg insert", 240, *(_executed(one, text) for one in open_), batch=_BATCH)
    _engines(uses, dsn)


def _executed(connection: Any, text: str) -> Callable[[], object]:
    return lambda: connection.execute(text, ("a title", uuid.uuid4().hex, 1))


def _engines(uses: Uses, dsn: str) -> None:
    import sqlalchemy as sa

    url = dsn.replace("postgresql://", "postgresql+psycopg://", 1)
    table = sa.table("t_1", *map(sa.column, ("id", "title", "code", "status")))
    made = [sa.create_engine(url, isolation_level="AUTOCOMMIT") for _ in range(3)]
    Guard(uses).engine(made[1], verify=False)
    _off(uses).engine(made[2], verify=False)
    with contextlib.ExitStack() as stack:
        open_ = [stack.enter_context(engine.connect()) for engine in made]
        update = sa.update(table).where(table.c.id == -1).values(title="a title")
        select = sa.select(table.c.id).where(table.c.id == -1)
        _compare("SQLAlchemy update", 240, *(_run(one, update) for one in open_), batch=_BATCH)
        _compare("SQLAlchemy select", 240, *(_run(one, select) for one in open_), batch=_BATCH)
    for engine in made:
        engine.dispose()


def _run(connection: Any, statement: Any) -> Callable[[], object]:
    return lambda: connection.execute(statement)


@contextlib.contextmanager
def answering() -> Iterator[str]:
    """A server in a process of its own, on a free port of this machine."""
    here, there = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(there,), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}/rest/v1"
    finally:
        process.terminate()
        process.join()


def _serve(pipe: Any) -> None:
    asyncio.run(_served(pipe))


async def _served(pipe: Any) -> None:
    server = await asyncio.start_server(_connection, "127.0.0.1", 0)
    pipe.send(server.sockets[0].getsockname()[1])
    await server.serve_forever()


async def _connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer each request on a connection with the same row."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n" % len(_ANSWER)
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            said = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = said.partition(b"content-length: ")[2].partition(b"\r\n")[0]
            await reader.readexactly(int(length or 0))
            writer.write(head + _ANSWER)
            await writer.drain()
