"""Where the output is a directory, each schema has a module, whatever the style."""

from __future__ import annotations

import sys
import uuid
from pathlib import Path
from typing import Any, Literal, get_args

import psycopg
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from pgconform.check import check
from pgconform.config import Config
from pgconform.embedded import Server
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.pairs.world import World
from pgconform.schema import Transport
from pgconform.sources.postgres import read
from pgconform.sources.python import claims
from pgconform.sources.python.looked import Reading

SCHEMAS = ("public", "shop")
SETUP = """
create schema shop;
create type state as enum ('a', 'b');
create type shop.state as enum ('new', 'old');
create table users (id int primary key, s state, extra jsonb not null);
create table shop.users (id int primary key, owner int not null references users, s shop.state, t state[]);
alter table users add favourite int references shop.users;
create view shop.owners as select u.id, o.s from shop.users u join users o on o.id = u.owner;
"""
Style = Literal["pydantic", "sqlmodel", "typeddict"]
WIRES = {"sqlmodel": Transport.SQLALCHEMY}


@pytest.fixture(scope="module")
def dsn(postgres: Server) -> str:
    made = postgres.create_database(f"packages_{uuid.uuid4().hex[:6]}")
    with psycopg.connect(made, autocommit=True) as connection:
        connection.execute(SETUP)
    return made


def written(dsn: str, root: Path, style: Style, **said: Any) -> str:
    """Writes the package, and gives its name."""
    name = f"package_{uuid.uuid4().hex[:6]}"
    for path, text in render(read(dsn), Options(schemas=SCHEMAS, out=name, style=style, **said)).items():
        (root / path).parent.mkdir(exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    return name


@pytest.mark.parametrize("style", get_args(Style))
def test_each_relation_conforms_in_the_module_of_its_schema(dsn: str, tmp_path: Path, style: Style) -> None:
    name = written(dsn, tmp_path, style)
    assert {file.name for file in (tmp_path / name).iterdir()} == {"__init__.py", "_types.py", "public.py", "shop.py"}
    truth = read(dsn)
    settings = Config(transport=WIRES.get(style, Transport.POSTGREST))
    claimed = claims.read(tmp_path, settings, World(truth, SCHEMAS), Reading(cached=False))
    found = [item for schema in claimed.schemas for item in schema.relations]
    nameless = {"shop.users"} if style == "typeddict" else set()
    assert {(item.qualified, Path(item.at.uri).stem) for item in found if item.at} == {
        (item.qualified, item.schema) for item in truth.relations if item.qualified not in nameless
    }
    assert [item for item in check(truth, *claimed.schemas, schemas=SCHEMAS) if item.severity != "info"] == []


@pytest.mark.parametrize("enums", ["literal", "strenum"])
def test_one_module_of_sqlmodel_classes_brings_the_tables_that_the_others_refer_to(
    dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, enums: str
) -> None:
    metadata = sa.MetaData()
    monkeypatch.setattr(SQLModel, "metadata", metadata)
    monkeypatch.syspath_prepend(tmp_path)
    name = written(dsn, tmp_path, "sqlmodel", enums=enums)
    __import__(f"{name}.shop")
    users = sys.modules[f"{name}.public"].Users.__table__
    (link,) = users.c.favourite.foreign_keys
    assert link.column is metadata.tables["shop.users"].c.id
    sa.orm.configure_mappers()
