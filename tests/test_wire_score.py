"""Forty-nine of forty-nine: over each wire a generated field holds the value, or a finding names it."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import uuid
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeAlias

import asyncpg
import psycopg
import pytest
import sqlalchemy as sa
from psycopg.rows import dict_row
from pydantic import TypeAdapter, ValidationError

from pgconform.config import Config
from pgconform.embedded import Server
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.lattice import Verdict, fits
from pgconform.pairs.world import World
from pgconform.schema import Relation, Transport
from pgconform.sources.postgres import read
from pgconform.sources.python import claims
from pgconform.sources.python.looked import Reading
from tests.wire.forty_nine import COLUMNS, SETUP, VALUES

pytestmark = pytest.mark.filterwarnings("ignore:Did not recognize type")
Connection: TypeAlias = "psycopg.Connection[Any]"
HELD = {Transport.POSTGREST: 47, Transport.PSYCOPG: 43, Transport.ASYNCPG: 44, Transport.SQLALCHEMY: 43}
WIRES = (Transport.POSTGREST, Transport.PSYCOPG, Transport.ASYNCPG, Transport.SQLALCHEMY)


@pytest.fixture(scope="module")
def dsn(postgres: Server) -> str:
    """A database with the values in one row."""
    name = f"score_{uuid.uuid4().hex[:8]}"
    made = postgres.create_database(name)
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute(f"alter database {name} set timezone = 'UTC'; alter database {name} set lc_monetary = 'C'")
        connection.execute(SETUP)
        placed = ", ".join(f"%s::text::{value.type}" for value in VALUES)
        connection.execute(f"insert into wire values (1, {placed})", [value.text for value in VALUES])
    return made


@pytest.fixture(scope="module")
def module(dsn: str, tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    root = tmp_path_factory.mktemp("score")
    (path, text) = next(iter(render(read(dsn), Options(out="score_models.py")).items()))
    (root / path).write_text(text, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("score_models", root / path)
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("transport", WIRES)
def test_every_value_is_held_or_named(dsn: str, module: ModuleType, transport: Transport) -> None:
    model = module.WireRow
    claimed = _claimed(Path(module.__file__ or ""), dsn, transport)
    truth = next(item for item in read(dsn).relations if item.name == "wire")
    held, named = 0, 0
    with psycopg.connect(dsn, autocommit=True) as connection:
        for column, value in zip(COLUMNS, VALUES, strict=True):
            if _held(connection, dsn, column, model, transport):
                held += 1
                continue
            of, claim = truth.field(column), claimed.field(column)
            assert of and claim
            fit = fits(of.type, claim.type, transport)
            assert fit.verdict is not Verdict.YES and fit.witness, (transport, value, fit)
            named += 1
    assert (held, held + named) == (HELD[transport], len(VALUES))


def test_no_type_is_left_open(module: ModuleType) -> None:
    open_ = [name for name, field in module.WireRow.model_fields.items() if field.annotation in (Any, object)]
    assert open_ == []


def _claimed(file: Path, dsn: str, transport: Transport) -> Relation:
    world = World(read(dsn), ("public",))
    (file.parent / "pyproject.toml").touch()
    found = claims.read(file.parent, Config(transport=transport), world, Reading(cached=False))
    return next(item for schema in found.schemas for item in schema.relations if item.holder == "WireRow")


def _held(connection: Connection, dsn: str, column: str, model: Any, transport: Transport) -> bool:
    """The field takes the value as it arrives, and Postgres makes the same of what it is dumped as."""
    field = model.model_fields[column]
    adapter = TypeAdapter(field.rebuild_annotation())
    try:
        arrived = FETCH[transport](connection, dsn, column)
        value = adapter.validate_python(arrived)
    except (ValidationError, ValueError, OverflowError, psycopg.DataError, sa.exc.DataError):
        return False
    if transport is Transport.ASYNCPG and truth_type(column) == "jsonb":
        return bool(value == arrived)
    dumped = adapter.dump_python(value, mode="json")
    query = (
        f"select (json_populate_record(null::wire, %s::json)).{column}::text is not distinct from {column}::text"
        " from wire"
    )
    (back,) = connection.execute(query, [json.dumps({column: dumped})]).fetchone() or (False,)
    return bool(back) or (column == JSON_NULL and value is None)


JSON_NULL = COLUMNS[[value.text for value in VALUES].index("null")]


def truth_type(column: str) -> str:
    return VALUES[COLUMNS.index(column)].type


def _json(connection: Connection, dsn: str, column: str) -> Any:
    row = connection.execute(f"select row_to_json(x)::text from (select {column} from wire) x").fetchone()
    return json.loads((row or ("{}",))[0])[column]


def _psycopg(connection: Connection, dsn: str, column: str) -> Any:
    with connection.cursor(row_factory=dict_row) as cursor:
        return (cursor.execute(f"select {column} from wire").fetchone() or {})[column]


def _asyncpg(connection: Connection, dsn: str, column: str) -> Any:
    async def fetched() -> Any:
        given = psycopg.conninfo.conninfo_to_dict(dsn)
        opened = await asyncpg.connect(
            host=given.get("host"), port=given.get("port", 5432), user=given["user"], database=given["dbname"]
        )
        try:
            return await opened.fetchval(f"select {column} from wire")
        finally:
            await opened.close()

    return asyncio.run(fetched())


def _sqlalchemy(connection: Connection, dsn: str, column: str) -> Any:
    given = psycopg.conninfo.conninfo_to_dict(dsn)
    engine = sa.create_engine("postgresql+psycopg://", connect_args=given, poolclass=sa.NullPool)
    with engine.connect() as opened:
        table = sa.Table("wire", sa.MetaData(), autoload_with=opened)
        return opened.execute(sa.select(table.c[column])).scalar()


FETCH: dict[Transport, Callable[[Connection, str, str], Any]] = {
    Transport.POSTGREST: _json,
    Transport.PSYCOPG: _psycopg,
    Transport.ASYNCPG: _asyncpg,
    Transport.SQLALCHEMY: _sqlalchemy,
}
