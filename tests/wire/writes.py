"""Writes Python values into columns over each transport, and says what Postgres kept of them."""

from __future__ import annotations

import asyncio
import ipaddress as ip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import psycopg
import sqlalchemy as sa
from psycopg import sql
from pydantic import TypeAdapter

from pgconform.schema import Transport
from pgconform.shape import Type
from tests.wire.measure import prepare
from tests.wire.python import ANNOTATIONS
from tests.wire.values import SCALARS

_EAST = timezone(timedelta(hours=2))
TEXTS = ("text", "varchar", "bpchar", "citext", "name", "refcursor")
HELD, REFUSED, CHANGED = "held", "refused", "changed"


class Samples(NamedTuple):
    """Values of a kind; ``natural`` is the Postgres type that they are at home in, "" where there is none."""

    natural: str
    usual: tuple[Any, ...]
    rare: tuple[Any, ...] = ()


SAMPLES: Final = {
    "py.str": Samples("text", ("hello",)),
    "py.int": Samples("numeric", (1, 0, 2), (40000, 3000000001, 10**19)),
    "py.float": Samples("float8", (1.5, 2.25), (float("nan"), float("inf"))),
    "py.bool": Samples("bool", (True, False)),
    "py.bytes": Samples("bytea", (b"hi",)),
    "py.decimal": Samples("numeric", (Decimal("1.5"), Decimal("2.25"), Decimal(2)), (Decimal("12345678901234567.89"),)),
    "py.date": Samples("date", (date(2024, 1, 31),)),
    "py.datetime_aware": Samples("timestamptz", (datetime(2024, 1, 1, 12, 34, 56, tzinfo=_EAST),)),
    "py.datetime_naive": Samples("timestamp", (datetime(2024, 1, 1, 12, 34, 56),)),
    "py.time": Samples("time", (time(12, 34, 56),)),
    "py.timedelta": Samples("interval", (timedelta(days=1, seconds=5),), (timedelta(microseconds=-1500000),)),
    "py.uuid": Samples("uuid", (UUID("f47ac10b-58cc-4372-a567-0e02b2c3d479"),)),
    "py.dict": Samples("jsonb", ({"a": 1},)),
    "py.list": Samples("jsonb", ([1, 2],)),
    "py.ipv4address": Samples("inet", (ip.IPv4Address("10.0.0.1"),)),
    "py.ipv4interface": Samples("inet", (ip.IPv4Interface("10.0.0.1/24"), ip.IPv4Interface("10.0.0.1/32"))),
    "py.ipv4network": Samples("inet", (ip.IPv4Network("10.0.0.0/24"),)),
    "py.ipv6address": Samples("inet", (ip.IPv6Address("::1"),)),
    "py.secret_str": Samples("text", ("s",)),
    "py.pg_timestamptz": Samples("timestamptz", ("2024-01-01T12:34:56+02:00",), ("infinity",)),
    "py.pg_timestamp": Samples("timestamp", ("2024-01-01T12:34:56",), ("infinity",)),
    "py.pg_date": Samples("date", ("2024-01-31",), ("infinity",)),
    "py.pg_time": Samples("time", ("12:34:56",), ("24:00:00",)),
    "py.pg_timetz": Samples("timetz", ("12:34:56+02", "12:34:56+05:30"), ("24:00:00+00",)),
    "py.pg_interval": Samples("interval", ("1 day 02:03:04", "1 mon"), ("1 day -02:00:00",)),
    "py.pg_numeric": Samples("numeric", ("1.5", "2.25", "2"), ("12345678901234567.89", "NaN")),
    "py.pg_int2": Samples("numeric", (1, 0, 2)),
    "py.pg_int4": Samples("numeric", (1, 0, 2), (40000,)),
    "py.pg_int8": Samples("numeric", (1, 0, 2), (40000, 3000000001)),
    "py.pg_float": Samples("float8", (1.5, 2.25), ("NaN",)),
    "py.pg_bytea": Samples("bytea", (b"hi",)),
    "py.pg_hstore": Samples("hstore", ({"a": "1"},)),
    "py.pg_range": Samples("int4range", ("[1,5)",)),
    "py.pg_multirange": Samples("int4multirange", ("{[1,5)}",)),
    "py.pg_vector": Samples("vector", ([1, 2, 3],)),
    "py.pg_sparsevec": Samples("sparsevec", ("{1:1,3:2}/3",)),
}


def _unsized(name: str) -> bool:
    """Sizes and CHECKs are limits, which the lattice leaves to the rules."""
    return (
        name in SCALARS
        and name not in ("email", "addr", "char(3)")
        and ("(" not in name or "vec" in name or "bit" in name)
    )


class Write(NamedTuple):
    """One value of a kind written into a column of a type over a transport, and what became of it."""

    name: str
    type: Type
    kind: str
    transport: Transport
    text: str
    rare: bool
    became: str


class Target(NamedTuple):
    number: int
    name: str
    type: Type


def write(dsn: str, transport: Transport) -> Iterator[Write]:
    """Every value of every kind into every type."""
    targets = [Target(number, name, kind) for number, (name, kind) in enumerate(prepare(dsn).items()) if _unsized(name)]
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    with psycopg.connect(dsn, autocommit=True) as judge, _insert(given, transport) as insert:
        for target in targets:
            for kind, samples in SAMPLES.items():
                for place, sample in enumerate((*samples.usual, *samples.rare)):
                    value = TypeAdapter(ANNOTATIONS[kind]).validate_python(sample)
                    became = _became(judge, insert, target, kind, value)
                    rare = place >= len(samples.usual)
                    yield Write(target.name, target.type, kind, transport, str(sample), rare, became)


def _became(judge: psycopg.Connection[Any], insert: Any, target: Target, kind: str, value: Any) -> str:
    judge.execute(f"delete from t{target.number}")
    adapter = TypeAdapter(ANNOTATIONS[kind])
    if not insert(target, adapter, value):
        return REFUSED
    stored = (judge.execute(f"select v::text from t{target.number}").fetchone() or ("",))[0]
    return HELD if _kept(judge, target, kind, value, stored) else CHANGED


def _kept(judge: psycopg.Connection[Any], target: Target, kind: str, value: Any, stored: str) -> bool:
    """What is stored is, as the kind's own type, the value that was sent."""
    dumped = TypeAdapter(ANNOTATIONS[kind]).dump_python(value, mode="json")
    if kind == "py.secret_str":
        return bool(stored == value.get_secret_value())
    if "json" in target.name:
        return bool(json.loads(stored) == dumped)
    if kind in ("py.dict", "py.list"):
        return target.name.startswith(("vector", "halfvec"))
    if target.name == "bool":
        return bool({"true": True, "false": False}[stored] == value)
    if target.name in TEXTS and stored == dumped:
        return True
    natural = "numeric" if target.name == "money" else SAMPLES[kind].natural
    return _same(judge, target, natural, stored, _text(kind, value, dumped))


def _text(kind: str, value: Any, dumped: Any) -> str:
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return str(value) if kind == "py.timedelta" else dumped if isinstance(dumped, str) else json.dumps(dumped)


def _same(judge: psycopg.Connection[Any], target: Target, natural: str, stored: str, sent: str) -> bool:
    for read in (f"(%s::{target.name})::{natural}", f"%s::{natural}"):
        try:
            row = judge.execute(f"select {read} = %s::{natural}", [stored, sent]).fetchone()
        except psycopg.Error:
            continue
        return bool(row and row[0])
    return False


@contextmanager
def _insert(given: Any, transport: Transport) -> Iterator[Any]:
    """A function that inserts one value, and says whether it was taken; its session is in another time zone."""
    east = {**given, "options": "-c timezone=Asia/Tokyo"}
    match transport:
        case Transport.POSTGREST | Transport.PSYCOPG:
            with psycopg.connect(**east, autocommit=True, prepare_threshold=None) as connection:
                over = _as_json if transport is Transport.POSTGREST else _as_parameter
                yield lambda target, adapter, value: _tried(lambda: over(connection, target, adapter, value))
        case Transport.SQLALCHEMY:
            engine = sa.create_engine("postgresql+psycopg://", connect_args=east, isolation_level="AUTOCOMMIT")
            with engine.connect() as session:
                yield lambda target, adapter, value: _tried(lambda: _sqlalchemy(session, target, adapter, value))
            engine.dispose()
        case _:
            with asyncio.Runner() as runner:
                client = runner.run(_asyncpg(given))
                yield lambda target, adapter, value: _tried(
                    lambda: runner.run(_execute(client, target, adapter, value))
                )
                runner.run(client.close())


def _tried(insert: Any) -> bool:
    refusals = (psycopg.Error, sa.exc.SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError)
    try:
        insert()
    except (*refusals, TypeError, ValueError, AttributeError, OverflowError):
        return False
    return True


def _as_json(connection: Any, target: Target, adapter: TypeAdapter[Any], value: Any) -> None:
    body = json.dumps({"v": adapter.dump_python(value, mode="json")})
    table = sql.Identifier(f"t{target.number}")
    insert = sql.SQL("insert into {0} select (json_populate_record(null::{0}, %s::json)).v").format(table)
    connection.execute(insert, [body])


def _as_parameter(connection: Any, target: Target, adapter: TypeAdapter[Any], value: Any) -> None:
    connection.execute(f"insert into t{target.number} values (%s)", [adapter.dump_python(value)])


_TABLES: dict[int, sa.Table] = {}


def _sqlalchemy(connection: Any, target: Target, adapter: TypeAdapter[Any], value: Any) -> None:
    if target.number not in _TABLES:
        _TABLES[target.number] = sa.Table(f"t{target.number}", sa.MetaData(), autoload_with=connection)
    connection.execute(_TABLES[target.number].insert().values(v=adapter.dump_python(value)))


async def _asyncpg(given: Any) -> Any:
    return await asyncpg.connect(
        host=given.get("host"),
        port=given.get("port", 5432),
        user=given["user"],
        database=given["dbname"],
        server_settings={"timezone": "Asia/Tokyo"},
    )


async def _execute(connection: Any, target: Target, adapter: TypeAdapter[Any], value: Any) -> None:
    await connection.execute(f"insert into t{target.number} values ($1)", adapter.dump_python(value))
