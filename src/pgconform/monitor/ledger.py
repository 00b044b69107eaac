"""The newest migration that a database's own ledger names, whichever tool keeps it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_SQL = Path(__file__).parent / "sql"


@cache
def queries() -> dict[str, str]:
    """What to ask each table that tools keep their ledger in, by its qualified name."""
    return {file.stem: file.read_text(encoding="utf-8") for file in sorted((_SQL / "ledgers").glob("*.sql"))}


def newest(connection: psycopg.Connection[Any]) -> str:
    """The names of the newest migrations, "" where no ledger can be read. To be called inside a transaction."""
    import psycopg

    ask = (_SQL / "ledgers.sql").read_text(encoding="utf-8")
    there = connection.execute(ask.encode(), (list(queries()),)).fetchall()
    found = []
    for (table,) in there:
        try:
            with connection.transaction():
                row = connection.execute(queries()[table].encode()).fetchone()
        except psycopg.errors.ProgrammingError:
            continue
        found += [str(row[0])] if row and row[0] else []
    return "; ".join(found)
