"""Sends values through real servers and drivers and says what became of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import psycopg
import sqlalchemy as sa
from psycopg import sql

from pgconform.schema import Transport
from pgconform.shape import Type
from pgconform.sources.postgres import read
from tests.wire.values import ARRAYS, SCALARS, SETUP, Values

TYPES = SCALARS | ARRAYS


class Undecodable(Exception):  # noqa: N818  a value that arrived, in its way
    """The driver itself could not take the value."""


@dataclass(frozen=True)
class Sent:
    """A value of a Postgres type, and what arrived of it over one transport."""

    name: str
    type: Type
    text: str
    rare: bool
    transport: Transport
    arrived: Any


def prepare(dsn: str) -> dict[str, Type]:
    """Makes the types, and a table for each; gives each table's type as the catalogue has it."""
    database = psycopg.conninfo.conninfo_to_dict(dsn)["dbname"]
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SETUP.format(database=database))
        for number, name in enumerate(TYPES):
            connection.execute(f"create table t{number} (v {name})")
    truth = {relation.name: relation.fields[0].type for relation in read(dsn).relations if relation.name[1:].isdigit()}
    return {name: truth[f"t{number}"] for number, name in enumerate(TYPES)}


def send(dsn: str) -> list[Sent]:
    """Every value over every transport."""
    types = prepare(dsn)
    with psycopg.connect(dsn, autocommit=True) as connection:
        texts = {name: list(_stored(connection, number, name)) for number, name in enumerate(TYPES)}
        over = {
            Transport.POSTGREST: list(_by(texts, lambda number: _as_json(connection, number))),
            Transport.PSYCOPG: list(_by(texts, lambda number: _psycopg(connection, number))),
            Transport.SQLALCHEMY: list(_by(texts, lambda number: _sqlalchemy(dsn, number))),
            Transport.ASYNCPG: asyncio.run(_asyncpg(dsn, texts)),
        }
    return [
        Sent(name, types[name], text, rare, transport, arrived)
        for transport, found in over.items()
        for name, text, rare, arrived in found
    ]


Texts = dict[str, list[tuple[str, bool]]]


def _stored(connection: psycopg.Connection[Any], number: int, name: str) -> Iterator[tuple[str, bool]]:
    values: Values = TYPES[name]
    for place, text in enumerate((*values.usual, *values.rare)):
        insert = sql.SQL("insert into {} select %s::text::" + name).format(sql.Identifier(f"t{number}"))
        connection.execute(insert, [text])
        yield text, place >= len(values.usual)


def _by(texts: Texts, fetch: Any) -> Iterator[tuple[str, str, bool, Any]]:
    for number, (name, said) in enumerate(texts.items()):
        for (text, rare), arrived in zip(said, fetch(number), strict=True):
            yield name, text, rare, arrived


def _as_json(connection: psycopg.Connection[Any], number: int) -> Iterable[Any]:
    rows = connection.execute(f"select row_to_json(t)::text from t{number} t").fetchall()
    return [json.loads(row[0])["v"] for row in rows]


def _psycopg(connection: psycopg.Connection[Any], number: int) -> Iterator[Any]:
    for (place,) in connection.execute(f"select ctid::text from t{number}").fetchall():
        query = f"select v from t{number} where ctid = '{place}'"
        yield _tried(lambda query=query: (connection.execute(query).fetchone() or ())[0])  # type: ignore[misc]


def _sqlalchemy(dsn: str, number: int) -> Iterator[Any]:
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    engine = sa.create_engine("postgresql+psycopg://", connect_args=given, poolclass=sa.NullPool)
    with engine.connect() as connection:
        table = sa.Table(f"t{number}", sa.MetaData(), autoload_with=connection)
        for (place,) in connection.execute(sa.text(f"select ctid::text from t{number}")).fetchall():
            query = sa.select(table.c.v).where(sa.text(f"ctid = '{place}'"))
            yield _tried(lambda query=query: connection.execute(query).scalar())
            connection.rollback()


async def _asyncpg(dsn: str, texts: Texts) -> list[tuple[str, str, bool, Any]]:
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    connection = await asyncpg.connect(
        host=given.get("host"), port=given.get("port", 5432), user=given["user"], database=given["dbname"]
    )
    found = []
    for number, (name, said) in enumerate(texts.items()):
        places = await connection.fetch(f"select ctid::text from t{number}")
        for (text, rare), (place,) in zip(said, places, strict=True):
            try:
                arrived = await connection.fetchval(f"select v from t{number} where ctid = '{place}'")
            except (OverflowError, ValueError) as failure:
                arrived = Undecodable(str(failure))
            found.append((name, text, rare, arrived))
    await connection.close()
    return found


def _tried(fetch: Any) -> Any:
    try:
        return fetch()
    except (psycopg.DataError, sa.exc.DataError, LookupError) as failure:
        return Undecodable(str(failure))
