"""Guards for psycopg: cursors that look at the rows that statements write and explain the server's errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pgconform.guard.drivers import is_asynchronous_class
from pgconform.guard.sites import call_site
from pgconform.guard.translating import finding, from_diagnostics, known, note

if TYPE_CHECKING:
    from pgconform.guard.guard import Guard
    from pgconform.guard.statements import Write
    from pgconform.schema import Relation


def cursor_factory(guard: Guard, base: type[Any] | None) -> type[Any]:
    """A subclass of ``base`` (by default ``psycopg.Cursor``); ``base`` itself where the guard is off."""
    import psycopg

    cls: type[Any] = base or psycopg.Cursor
    if guard.off:
        return cls
    make = _awaited if is_asynchronous_class(cls) else _called
    methods = {"execute": make(guard, cls.execute, one), "executemany": make(guard, cls.executemany, each)}
    methods["copy"] = copying(guard, cls.copy)
    return type(f"Guarded{cls.__name__}", (cls,), methods)


def _called(guard: Guard, method: Any, looked: Any) -> Any:
    from psycopg import Error

    def call(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        rows = looked(guard, query, params)
        try:
            return method(self, query, rows, **options)
        except Error as error:
            explain(guard, error)
            raise

    return call


def _awaited(guard: Guard, method: Any, looked: Any) -> Any:
    from psycopg import Error

    async def call(self: Any, query: Any, params: Any = None, **options: Any) -> Any:
        rows = looked(guard, query, params)
        try:
            return await method(self, query, rows, **options)
        except Error as error:
            explain(guard, error)
            raise

    return call


def one(guard: Guard, query: Any, params: Any, style: str = "pyformat") -> Any:
    """The parameters, looked at: a row that the server would refuse is refused."""
    if params and isinstance(query, str) and (write := guard.written[style].of(query)):
        guard.may_write(write.table)
        relation = guard.rows.relation(write.table, write.schema)
        if relation is not None:
            _rows_looked_at(guard, relation, write, params)
    return params


def _rows_looked_at(guard: Guard, relation: Relation, write: Write, params: Any) -> None:
    for row in write.rows:
        if found := guard.rows.refusals(relation, row.verb, row.given(params), sure=row.sure):
            how = "insert into" if row.verb == "insert" else "update of"
            guard.act(f"the {how} {write.table} does not fit", found)


def each(guard: Guard, query: Any, rows: Any) -> Any:
    """The rows, each looked at as it is taken."""
    return (one(guard, query, params) for params in rows)


def copied(guard: Guard, table: str, schema: str, columns: Iterable[str]) -> None:
    """The columns that are to be copied into a table."""
    guard.may_write(table)
    relation = guard.rows.relation(table, schema)
    if relation is not None and (found := guard.rows.refusals(relation, "insert", dict.fromkeys(columns, ...))):
        guard.act(f"the copy into {table} does not fit", found)


def copying(guard: Guard, method: Any) -> Any:
    """``Cursor.copy``, whose statement names the columns."""

    def copy(self: Any, statement: Any, *args: Any, **options: Any) -> Any:
        if isinstance(statement, str) and (write := guard.written["pyformat"].of(statement)):
            copied(guard, write.table, write.schema, write.named)
        return method(self, statement, *args, **options)

    return copy


def explain(guard: Guard, error: Any) -> None:
    """Add to an error what is known of it."""
    code = getattr(error, "sqlstate", None) or ""
    if not known(code, str(error)):
        return
    found = (finding(from_diagnostics(code, str(error), getattr(error, "diag", error)), at=call_site()),)
    guard.refused(code, found)
    error.add_note(note(found))
