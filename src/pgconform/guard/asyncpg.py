"""Guards for asyncpg: a connection class that looks at the rows of statements and explains the server's errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pgconform.guard.psycopg import copied, explain, one

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard

_METHODS = ("execute", "fetch", "fetchval", "fetchrow")


def connection_class(guard: Guard) -> type[Any]:
    """A subclass of ``asyncpg.Connection``; that class itself where the guard is off."""
    import asyncpg

    base: type[Any] = asyncpg.Connection
    if guard.off:
        return base
    methods = {name: _guarded(guard, base, name) for name in _METHODS}
    methods |= {"executemany": _many(guard, base), "copy_records_to_table": _copied(guard, base)}
    return type("GuardedConnection", (base,), {"__slots__": (), **methods})


def _guarded(guard: Guard, base: type[Any], name: str) -> Any:
    import asyncpg

    method = getattr(base, name)

    async def call(self: Any, query: str, *args: Any, **options: Any) -> Any:
        one(guard, query, args, "numeric")
        try:
            return await method(self, query, *args, **options)
        except asyncpg.PostgresError as error:
            explain(guard, error)
            raise

    return call


def _many(guard: Guard, base: type[Any]) -> Any:
    import asyncpg

    method = base.executemany

    async def call(self: Any, command: str, args: Any, **options: Any) -> Any:
        rows = list(args)
        for row in rows:
            one(guard, command, row, "numeric")
        try:
            return await method(self, command, rows, **options)
        except asyncpg.PostgresError as error:
            explain(guard, error)
            raise

    return call


def _copied(guard: Guard, base: type[Any]) -> Any:
    import asyncpg

    method = base.copy_records_to_table

    async def copy(self: Any, table_name: str, *, columns: Any = None, schema_name: Any = None, **options: Any) -> Any:
        copied(guard, table_name, schema_name or "", columns or ())
        try:
            return await method(self, table_name, columns=columns, schema_name=schema_name, **options)
        except asyncpg.PostgresError as error:
            explain(guard, error)
            raise

    return copy
