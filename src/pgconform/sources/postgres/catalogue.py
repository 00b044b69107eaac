"""The catalogue's rows: every query in sql/, in one pipeline, in one read-only snapshot."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from pgconform.schema import Unread

if TYPE_CHECKING:
    import psycopg

Row: TypeAlias = tuple[Any, ...]

QUERIES = (
    "server",
    "schemas",
    "extensions",
    "types",
    "labels",
    "columns",
    "relations",
    "keys",
    "constraints",
    "members",
    "comments",
    "policies",
    "triggers",
    "functions",
)
_ESSENTIAL = frozenset({"server", "types", "relations", "columns"})
_SETTINGS = (
    "select set_config('search_path', '', true), set_config('jit', 'off', true),"
    " set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)"
)
_BEGIN = "begin isolation level repeatable read read only"


class Catalogue(msgspec.Struct, frozen=True):
    """The rows of each query by its name, and what the role was not allowed to see."""

    rows: dict[str, list[Row]]
    unread: tuple[Unread, ...] = ()

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows.get(name, [])


@cache
def query(name: str) -> str:
    """The text of sql/NAME.sql."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def fetch(connection: psycopg.Connection[Any], timeout: float) -> Catalogue:
    """All rows in one round trip; where a query is refused, the others one by one."""
    from psycopg.errors import InsufficientPrivilege

    limits = (f"{timeout * 1000:.0f}", f"{min(timeout, 5) * 1000:.0f}")
    try:
        return Catalogue(_pipelined(connection, limits))
    except InsufficientPrivilege:
        connection.rollback()
        return _one_by_one(connection, limits)


def _pipelined(connection: psycopg.Connection[Any], limits: tuple[str, str]) -> dict[str, list[Row]]:
    with connection.pipeline():
        connection.execute(_BEGIN)
        connection.execute(_SETTINGS, limits)
        cursors = {name: connection.execute(query(name).encode()) for name in QUERIES}
        rows = {name: cursor.fetchall() for name, cursor in cursors.items()}
        connection.execute("rollback")
    return rows


def _one_by_one(connection: psycopg.Connection[Any], limits: tuple[str, str]) -> Catalogue:
    from psycopg.errors import InsufficientPrivilege

    rows: dict[str, list[Row]] = {}
    unread = []
    connection.execute(_BEGIN)
    connection.execute(_SETTINGS, limits)
    for name in QUERIES:
        try:
            with connection.transaction():
                rows[name] = connection.execute(query(name).encode()).fetchall()
        except InsufficientPrivilege as refusal:
            if name in _ESSENTIAL:
                raise
            unread.append(Unread(f"the role may not see {name}: {refusal.diag.message_primary}", "permission"))
    connection.execute("rollback")
    return Catalogue(rows, tuple(unread))
