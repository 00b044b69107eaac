"""Asking a database through whatever the program has: a URL, a connection, a pool, an engine or a session."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from pgconform.errors import Problem

Ask: TypeAlias = Callable[[str], str]
_WHAT = (
    "it takes a postgresql:// URL, a connection or pool of psycopg or asyncpg, an engine, connection or session of"
    " SQLAlchemy, or a client of supabase-py"
)


def libraries(target: object) -> set[str]:
    """The packages that the classes of a thing come from."""
    return {cls.__module__.partition(".")[0] for cls in type(target).__mro__}


def is_client(target: object) -> bool:
    """A client of supabase-py or postgrest-py."""
    return not {"supabase", "postgrest"}.isdisjoint(libraries(target))


def is_asynchronous(target: object) -> bool:
    """The thing is awaited: an asynchronous client, connection, pool or engine."""
    return is_asynchronous_class(type(target)) or "asyncpg" in libraries(target)


def is_asynchronous_class(cls: type[Any]) -> bool:
    return any(base.__name__.startswith(("Async", "async_")) for base in cls.__mro__)


@contextmanager
def asking(target: Any) -> Iterator[Ask]:
    """A way to run one statement and get its one text, left as it was afterwards."""
    found = libraries(target)
    if is_asynchronous(target):
        raise Problem(f"{_named(target)} is asynchronous", "await guard.averify(…) instead")
    if isinstance(target, str):
        from pgconform.sources.postgres.connect import connected

        with connected(target) as connection:
            yield lambda sql: _text(connection.execute(sql.encode()).fetchone())
    elif "psycopg_pool" in found:
        with target.connection() as connection, _psycopg(connection) as ask:
            yield ask
    elif "psycopg" in found:
        with _psycopg(target) as ask:
            yield ask
    elif "sqlalchemy" in found:
        with _sqlalchemy(target) as connection:
            yield lambda sql: _text(connection.exec_driver_sql(_escaped(connection, sql)).fetchone())
    else:
        raise Problem(f"a guard cannot ask {_named(target)}", _WHAT)


@contextmanager
def _psycopg(connection: Any) -> Iterator[Ask]:
    from psycopg.pq import TransactionStatus
    from psycopg.rows import tuple_row

    idle = connection.info.transaction_status == TransactionStatus.IDLE

    def ask(sql: str) -> str:
        with connection.cursor(row_factory=tuple_row) as cursor:
            return _text(cursor.execute(sql.encode(), prepare=False).fetchone())

    try:
        yield ask
    finally:
        if idle and not connection.autocommit and not connection.closed:
            connection.rollback()


@contextmanager
def _sqlalchemy(target: Any) -> Iterator[Any]:
    if hasattr(target, "connect"):
        with target.connect() as connection:
            yield connection
    elif hasattr(target, "get_bind"):
        yield target.connection()
    else:
        began = target.in_transaction()
        yield target
        if not began:
            target.rollback()


def _escaped(connection: Any, sql: str) -> str:
    doubled = connection.dialect.paramstyle in ("format", "pyformat")
    return sql.replace("%", "%%") if doubled else sql


async def aask(target: Any, run: Callable[[Callable[[str], Awaitable[str]]], Awaitable[Any]]) -> Any:
    """``run`` with a way to run one statement over an asynchronous target."""
    found = libraries(target)
    if "asyncpg" in found:
        return await run(lambda sql: _fetched(target, sql))
    if "psycopg_pool" in found:
        async with target.connection() as connection:
            return await _apsycopg(connection, run)
    if "psycopg" in found:
        return await _apsycopg(target, run)
    if "sqlalchemy" in found:
        return await _asqlalchemy(target, run)
    raise Problem(f"a guard cannot ask {_named(target)}", _WHAT)


async def _fetched(target: Any, sql: str) -> str:
    return str(await target.fetchval(sql))


async def _apsycopg(connection: Any, run: Any) -> Any:
    from psycopg.pq import TransactionStatus
    from psycopg.rows import tuple_row

    idle = connection.info.transaction_status == TransactionStatus.IDLE

    async def ask(sql: str) -> str:
        async with connection.cursor(row_factory=tuple_row) as cursor:
            await cursor.execute(sql.encode(), prepare=False)
            return _text(await cursor.fetchone())

    try:
        return await run(ask)
    finally:
        if idle and not connection.autocommit and not connection.closed:
            await connection.rollback()


async def _asqlalchemy(target: Any, run: Any) -> Any:
    async def on(connection: Any) -> Any:
        async def ask(sql: str) -> str:
            return _text((await connection.exec_driver_sql(_escaped(connection, sql))).fetchone())

        return await run(ask)

    if hasattr(target, "connect"):
        async with target.connect() as connection:
            return await on(connection)
    if hasattr(target, "get_bind"):
        return await on(await target.connection())
    return await on(target)


def _text(row: Any) -> str:
    return str(row[0])


def _named(target: object) -> str:
    cls = type(target)
    return f"a {cls.__module__}.{cls.__qualname__}"
