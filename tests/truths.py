"""Truths for tests: SQL applied to a database of the embedded server, and read back."""

from __future__ import annotations

from pathlib import Path

import psycopg

from pgconform.embedded import Server
from pgconform.schema import Function, NamedType, Relation, Schema
from pgconform.shape import Field
from pgconform.sources.postgres import read
from tests.postgres_servers import EMBEDDED

SQL = Path(__file__).parent / "sql"
_NEW_IN_15 = ((" nulls not distinct", ""), (" with (security_invoker = true)", ""), ("numeric(3, -2)", "numeric(3, 2)"))
_NOT_EVERYWHERE = (("create extension vector;", ""), ("  embedding vector(3),\n", ""))


def everything(server: Server, plain: bool = False) -> str:
    """The whole example as this server can have it; ``plain``: as every server of its version can."""
    sql = (SQL / "everything.sql").read_text()
    without = _NOT_EVERYWHERE if plain or server.version < EMBEDDED else ()
    for old, new in without + (_NEW_IN_15 if server.version < 15 else ()):
        assert old in sql
        sql = sql.replace(old, new)
    return sql


def truth_of(dsn: str, sql: str) -> Schema:
    """What the database says after this SQL."""
    apply(dsn, sql)
    return read(dsn)


def apply(dsn: str, sql: str) -> None:
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(sql.encode())


def relation(schema: Schema, name: str) -> Relation:
    """The relation of that qualified name."""
    return next(found for found in schema.relations if found.qualified == name)


def column(schema: Schema, name: str) -> Field:
    """The column of that name, qualified: ``app.things.id``."""
    home, _, last = name.rpartition(".")
    found = relation(schema, home).field(last)
    assert found is not None, name
    return found


def named_type(schema: Schema, name: str) -> NamedType:
    return next(found for found in schema.types if found.qualified == name)


def function(schema: Schema, name: str) -> Function:
    return next(found for found in schema.functions if found.qualified == name)
