"""The catalogue's rows: every query in sql/, in one read-only snapshot."""

from __future__ import annotations

from collections.abc import Iterable
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
    "domain_checks",
    "relations",
    "columns",
    "keys",
    "constraints",
    "policies",
    "triggers",
    "functions",
    "comments",
    "members",
)
COLUMNS = "columns"
_ESSENTIAL = frozenset({"server", "types", "relations", "columns"})
_SETTINGS = (
    "select set_config('search_path', '', true), set_config('jit', 'off', true),"
    " set_config('statement_timeout', %s, true), set_config('lock_timeout', %s, true)"
)
_IN_ORDER = (
    "select set_config(name, 'off', true) from unnest(array['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan'])"
    " as name union all select set_config('max_parallel_workers_per_gather', '0', true)"
)
_CHUNK = 1000
_BEGIN = "begin isolation level repeatable read read only"
_LONGEST_LOCK = 5.0


class Catalogue(msgspec.Struct, frozen=True):
    """The rows of each query by its name, those of the columns as they arrive, and what the role may not see."""

    rows: dict[str, list[Row]]
    columns: Iterable[Row]
    unread: tuple[Unread, ...] = ()

    def __getitem__(self, name: str) -> list[Row]:
        return self.rows.get(name, [])


@cache
def query(name: str) -> str:
    """The text of sql/NAME.sql."""
    return (Path(__file__).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")


def fetch(connection: psycopg.Connection[Any], timeout: float) -> Catalogue:
    """The rows of one snapshot, in two round trips; while the second's are made use of, the server goes on."""
    with connection.pipeline():
        begin(connection, timeout)
        cursors = {name: _asked(connection, name) for name in QUERIES if name != COLUMNS}
        connection.execute(_IN_ORDER)
        rows = {name: cursor.fetchall() for name, cursor in cursors.items()}
    return Catalogue(rows, _streamed(connection))


def _streamed(connection: psycopg.Connection[Any]) -> Iterable[Row]:
    from psycopg import capabilities
    from psycopg.rows import tuple_row

    if not capabilities.has_stream_chunked():
        return _asked(connection, COLUMNS).fetchall()
    return connection.cursor(row_factory=tuple_row).stream(query(COLUMNS).encode(), size=_CHUNK)


def _asked(connection: psycopg.Connection[Any], name: str) -> psycopg.Cursor[Row]:
    """The query on its way; its rows are plain tuples, whatever the connection makes of others."""
    from psycopg.rows import tuple_row

    return connection.cursor(row_factory=tuple_row).execute(query(name).encode())


def begin(connection: psycopg.Connection[Any], timeout: float) -> None:
    """Start a read-only snapshot in which names are written in full and nothing is waited for longer."""
    limits = (f"{limit * 1000:.0f}" for limit in (timeout, min(timeout / 2, _LONGEST_LOCK)))
    connection.execute(_BEGIN)
    connection.execute(_SETTINGS, tuple(limits))


def fetch_allowed(connection: psycopg.Connection[Any], timeout: float) -> Catalogue:
    """The rows of one snapshot, query by query; what is refused is named, if anything can be done without it."""
    from psycopg.errors import InsufficientPrivilege

    rows: dict[str, list[Row]] = {}
    unread = []
    begin(connection, timeout)
    for name in QUERIES:
        try:
            with connection.transaction():
                rows[name] = _asked(connection, name).fetchall()
        except InsufficientPrivilege as refusal:
            if name in _ESSENTIAL:
                raise
            unread.append(Unread(f"{name.replace('_', ' ')}: {refusal.diag.message_primary}", "permission"))
    return Catalogue(rows, rows.pop(COLUMNS), tuple(unread))
