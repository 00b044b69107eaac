"""SQLModel classes that are generated make the same table, conform to it, and write and read its rows."""

from __future__ import annotations

import importlib.util
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from msgspec.structs import replace
from psycopg import sql
from sqlmodel import Session, SQLModel, select

from pgconform.check import check
from pgconform.config import Config
from pgconform.embedded import Server
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.generate.sa_classes import primary
from pgconform.pairs.world import World
from pgconform.schema import Relation, Schema, Transport
from pgconform.sources.postgres import read
from pgconform.sources.python import claims
from pgconform.sources.python.looked import Reading
from tests.generating import NAMES, load_named

MONTHS_LOST = "TYP014"
pytestmark = pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")


class Written:
    """A database, what was read of it, and its SQLModel classes, in a MetaData of their own."""

    def __init__(self, dsn: str, directory: Path) -> None:
        self.dsn = dsn
        self.truth = read(dsn)
        schemas = ("public", *sorted(schema for schema in self.truth.schemas if schema != "public"))
        options = Options(schemas=schemas, out=f"tables_{uuid.uuid4().hex[:6]}.py", style="sqlmodel")
        ((path, self.text),) = render(self.truth, options).items()
        self.schemas = schemas
        self.file = directory / path
        self.file.write_text(self.text, encoding="utf-8")
        self.module = self._imported()
        self.mapped = [item for item in self.truth.relations if item.qualified in self.classes]

    def _imported(self) -> ModuleType:
        with pytest.MonkeyPatch.context() as patch:
            self.metadata = sa.MetaData()
            patch.setattr(SQLModel, "metadata", self.metadata)
            spec = importlib.util.spec_from_file_location(self.file.stem, self.file)
            assert spec and spec.loader
            module = importlib.util.module_from_spec(spec)
            sys.modules[self.file.stem] = module
            spec.loader.exec_module(module)
            return module

    @property
    def classes(self) -> dict[str, Any]:
        mine = (item for item in vars(self.module).values() if getattr(item, "__module__", "") == self.file.stem)
        return {item.__pgconform__: item for item in mine if hasattr(item, "__table__")}

    def engine(self) -> sa.Engine:
        given = psycopg.conninfo.conninfo_to_dict(self.dsn)
        return sa.create_engine("postgresql+psycopg://", connect_args=given, poolclass=sa.NullPool)


@pytest.fixture(scope="module")
def written(postgres: Server, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    directory = tmp_path_factory.mktemp("tables")
    known: dict[str, Written] = {}

    def made(name: str) -> Written:
        if name not in known:
            dsn = postgres.create_database(f"tables_{name}_{uuid.uuid4().hex[:6]}")
            load_named(name, dsn, shared_data)
            known[name] = Written(dsn, directory)
        return known[name]

    return made


@pytest.mark.parametrize("name", NAMES)
def test_the_classes_conform(written: Callable[[str], Written], name: str, tmp_path: Path) -> None:
    case = written(name)
    (tmp_path / "tables.py").write_text(case.text, encoding="utf-8")
    world = World(case.truth, case.schemas)
    claimed = claims.read(tmp_path, Config(transport=Transport.SQLALCHEMY), world, Reading(cached=False))
    relations = {relation.qualified for schema in claimed.schemas for relation in schema.relations}
    assert {item.qualified for item in case.mapped} <= relations
    found = check(case.truth, *claimed.schemas, schemas=case.schemas)
    grave = [finding for finding in found if finding.severity in ("error", "warning")]
    assert [finding for finding in grave if finding.code != MONTHS_LOST] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_classes_make_the_same_tables(written: Callable[[str], Written], name: str) -> None:
    case = written(name)
    assert {item.qualified for item in case.mapped} == {item.qualified for item in _own(case.truth) if primary(item)}
    with psycopg.connect(case.dsn, autocommit=True) as connection:
        for item in _own(case.truth):
            drop = sql.SQL("drop table if exists {} cascade")
            connection.execute(drop.format(sql.Identifier(item.schema, item.name)))
    case.metadata.create_all(case.engine())
    again = {item.qualified: item for item in read(case.dsn).relations}
    for item in case.mapped:
        assert _said(again[item.qualified]) == _said(item)


def _own(truth: Schema) -> Iterator[Relation]:
    tables = ("table", "partitioned table")
    return (item for item in truth.relations if item.kind in tables and not item.extension and not item.partition_of)


def _said(item: Relation) -> Relation:
    """What a class can say of a table; a table that was just made has nothing that was not validated."""
    plain = replace(
        item,
        fields=tuple(replace(field, mended=False) for field in item.fields),
        checks=tuple(replace(one, validated=True) for one in item.checks if one.enforced),
        keys=tuple(one for one in item.keys if not one.definition),
        links=tuple(replace(one, validated=True) for one in item.links if one.enforced),
        options=(),
        policies=(),
        row_security=None,
        triggers=(),
    )
    return Schema(relations=(plain,)).normal().relations[0]


def test_rows_are_written_and_read(postgres: Server, shared_data: Path, tmp_path: Path) -> None:
    dsn = postgres.create_database(f"rows_{uuid.uuid4().hex[:6]}")
    load_named("shop", dsn, shared_data)
    case = Written(dsn, tmp_path)
    customer = case.module.Customers(email="ada@example.org", full_name="Ada")
    product = case.module.Products(sku="A-1", title="Pen", price=2)
    with Session(case.engine()) as session:
        session.add_all([customer, product])
        session.flush()
        order = case.module.Orders(customer_id=customer.id)
        session.add(order)
        session.flush()
        session.add(case.module.OrderItems(order_id=order.id, sku="A-1", quantity=2, unit_price=2))
        session.commit()
        assert session.exec(select(case.module.Orders.status)).one() == "pending"
        assert session.exec(select(case.module.OrderItems.line_total)).one() == 4
        assert session.exec(select(case.module.Products.attributes)).one() == {}
