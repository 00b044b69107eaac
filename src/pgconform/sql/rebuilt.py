"""A database like a schema of which there is no server and no SQL, such as a snapshot's."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pgconform.schema import Schema
from pgconform.sql.ddl import Making, makings

if TYPE_CHECKING:
    import psycopg

TIMEOUT = 5_000
"""Milliseconds that making one thing may take."""


@contextlib.contextmanager
def rebuilt(schema: Schema) -> Iterator[tuple[psycopg.Connection[Any], frozenset[str]]]:
    """A connection to a database of our own, for the block, and the names of what of the schema it lacks."""
    import psycopg

    from pgconform.embedded.database import fresh_database

    with fresh_database(supabase=False) as database, psycopg.connect(database.owner, autocommit=True) as connection:
        connection.execute(f"SET check_function_bodies = off; SET statement_timeout = {TIMEOUT}".encode())
        yield connection, _fill(connection, list(makings(schema)))


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
