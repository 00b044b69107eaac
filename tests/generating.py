"""Schemas of every kind, in a database each, with the models written of them."""

from __future__ import annotations

import contextlib
import importlib.util
import sys
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from pgconform.embedded import Server
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.generate.selection import chosen
from pgconform.schema import Relation, Schema
from pgconform.sources.postgres import read
from pgconform.sql.split import cut

HERE = Path(__file__).parent
OWN = sorted(path.stem for path in (HERE / "schemas").glob("*.sql"))
SHARED = {
    "edge_traps": "edge_traps.sql",
    "postgrest": "postgrest/fixture_schema.sql",
    "supabase": "../reference/supabase_bootstrap.sql",
}
NAMES = (*OWN, *SHARED)


@dataclass(frozen=True)
class Case:
    """A database, what was read of it, and the module that was written."""

    name: str
    dsn: str
    truth: Schema
    options: Options
    text: str
    path: Path

    @cached_property
    def relations(self) -> tuple[Relation, ...]:
        return chosen(self.truth, self.options)

    @cached_property
    def module(self) -> ModuleType:
        """The module, imported, and every model of it built."""
        name = f"written_{self.name}_{uuid.uuid4().hex[:6]}"
        spec = importlib.util.spec_from_file_location(name, self.path)
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        for model in models(module):
            model.model_rebuild(force=True)
        return module

    def model(self, relation: Relation, base: str) -> Any:
        """The model of the relation, of one of the bases; None where it has none."""
        found = [
            model
            for model in models(self.module)
            if getattr(model, "__pgconform__", "") == relation.qualified and model.__base__.__name__ == base
        ]
        return found[0] if found else None


def models(module: ModuleType) -> list[Any]:
    mine = (value for value in vars(module).values() if getattr(value, "__module__", "") == module.__name__)
    return [value for value in mine if hasattr(value, "model_rebuild")]


def make(name: str, server: Server, shared: Path, directory: Path, **said: Any) -> Case:
    """The case of a schema: one of ours, or one kept beside the project."""
    dsn = server.create_database(f"written_{name}_{uuid.uuid4().hex[:6]}")
    load_named(name, dsn, shared)
    truth = read(dsn)
    schemas = ("public", *sorted(schema for schema in truth.schemas if schema != "public"))
    options = Options(schemas=schemas, out=f"written_{name}.py", **said)
    ((path, text),) = render(truth, options).items()
    file = directory / path
    file.write_text(text, encoding="utf-8")
    return Case(name, dsn, truth, options, text, file)


def load_named(name: str, dsn: str, shared: Path) -> None:
    """Makes the schema of that name in a database."""
    source = HERE / "schemas" / f"{name}.sql" if name in OWN else shared / SHARED[name]
    load(dsn, source.read_bytes(), strictly=name in OWN)


def load(dsn: str, sql: bytes, *, strictly: bool) -> None:
    """Runs a script; one kept beside the project may need what this server has not, so each statement is tried."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        if strictly:
            connection.execute(sql)
            return
        connection.execute("create extension if not exists vector")
        for part in cut(sql):
            if part.kind == "statement":
                with contextlib.suppress(psycopg.Error):
                    connection.execute(sql[part.start : part.end])


def directory(root: Path) -> Iterator[Path]:
    """A project of its own for written modules."""
    (root / "pyproject.toml").write_text('[project]\nname = "written"\n', encoding="utf-8")
    yield root
