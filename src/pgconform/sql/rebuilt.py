"""A database like a schema of which there is no server and no SQL, such as a snapshot's."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from pgconform.schema import Schema
from pgconform.sql.ddl import Making, makings
from pgconform.support.digests import digest
from pgconform.support.installed import installed

if TYPE_CHECKING:
    import psycopg

    from pgconform.embedded.database import Database
    from pgconform.sql.lines import Line

TIMEOUT = 5_000
"""Milliseconds that making one thing may take."""
WORTH_KEEPING = 0.1
"""Seconds that it takes to make what is kept."""
_NOTE = "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = current_database()"


@contextlib.contextmanager
def rebuilt(schema: Schema, *, cached: bool = True) -> Iterator[tuple[Line, frozenset[str]]]:
    """The way to a database of our own, for the block, and the names of what of the schema it lacks.

    It is made anew only where no run before has made the same.
    """
    from pgconform.embedded.database import fresh_database
    from pgconform.embedded.server import Keeping
    from pgconform.sql.lines import line_to

    said = digest((b"rebuilt", installed(), msgspec.msgpack.encode(schema))).hex()
    keeping = Keeping(said, WORTH_KEEPING) if cached else None
    with fresh_database(supabase=False, keeping=keeping) as database:
        if not database.filled:
            _fill_in(database, schema)
        with line_to(database) as line:
            yield line, _noted(line)


def _fill_in(database: Database, schema: Schema) -> None:
    """Makes the schema; what the database lacks of it is noted in the database, for those who find it made."""
    import psycopg
    from psycopg.sql import SQL, Identifier, Literal

    with psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(f"SET check_function_bodies = off; SET statement_timeout = {TIMEOUT}".encode())
        lacking = _fill(connection, list(makings(schema)))
        noted, name = Literal(json.dumps(sorted(lacking))), Identifier(connection.info.dbname)
        connection.execute(SQL("COMMENT ON DATABASE {} IS {}").format(name, noted))


def _noted(line: Line) -> frozenset[str]:
    ((said,),) = line.rows(_NOTE)
    return frozenset(json.loads(said))


def _fill(connection: psycopg.Connection[Any], wanted: list[Making]) -> frozenset[str]:
    """Make what can be made, again and again while that makes more of it."""
    while True:
        left = [making for making in wanted if not any(_runs(connection, way) for way in making.ways)]
        if not left or len(left) == len(wanted):
            return frozenset(making.name for making in left)
        wanted = left


def _runs(connection: psycopg.Connection[Any], sql: str) -> bool:
    import psycopg

    try:
        connection.execute(sql.encode())
    except psycopg.Error:
        return False
    return True
