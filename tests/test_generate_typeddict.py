"""TypedDicts that are generated conform, and hold the rows that PostgREST sends."""

from __future__ import annotations

import importlib.util
import re
import typing
import uuid
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg
import pytest
import typing_extensions
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from pgconform.check import check
from pgconform.config import Config
from pgconform.embedded import Server
from pgconform.generate import typeddict
from pgconform.generate.options import Options
from pgconform.generate.pydantic import render
from pgconform.generate.selection import chosen
from pgconform.pairs.world import World
from pgconform.schema import Schema, Transport
from pgconform.sources.postgres import read
from pgconform.sources.python import claims
from pgconform.sources.python.looked import Reading
from tests.generating import NAMES, load_named
from tests.rows import Drawing
from tests.rows_of import fetch, readable, window

_JSON = re.compile(r"^(Json|Document): TypeAlias = .*$", re.MULTILINE)


class Written:
    """A database, what was read of it, and its TypedDicts."""

    def __init__(self, dsn: str, directory: Path) -> None:
        self.dsn = dsn
        self.truth: Schema = read(dsn)
        self.schemas = ("public", *sorted(schema for schema in self.truth.schemas if schema != "public"))
        self.options = Options(schemas=self.schemas, out=f"dicts_{uuid.uuid4().hex[:6]}.py", style="typeddict")
        self.relations = chosen(self.truth, self.options)
        ((path, self.text),) = render(self.truth, self.options).items()
        self.file = directory / path
        self.file.write_text(_JSON.sub(r"\1: TypeAlias = object", self.text), encoding="utf-8")

    @cached_property
    def adapters(self) -> dict[str, TypeAdapter[Any]]:
        """What reads a row of each relation."""
        stems = typeddict.Module(self.truth, self.relations, self.options).stems
        rows = vars(self.module())
        return {
            item.qualified: TypeAdapter(rows[f"{stem}Row"]) for item, stem in zip(self.relations, stems, strict=True)
        }

    def module(self) -> ModuleType:
        """The module, its TypedDicts such as Pydantic takes before Python 3.12, without recursive aliases."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(typing, "TypedDict", typing_extensions.TypedDict)
            spec = importlib.util.spec_from_file_location(self.file.stem, self.file)
            assert spec and spec.loader
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module


@pytest.fixture(scope="module")
def written(postgres: Server, shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Written]:
    directory = tmp_path_factory.mktemp("dicts")
    known: dict[str, Written] = {}

    def made(name: str) -> Written:
        if name not in known:
            dsn = postgres.create_database(f"dicts_{name}_{uuid.uuid4().hex[:6]}")
            load_named(name, dsn, shared_data)
            known[name] = Written(dsn, directory)
        return known[name]

    return made


@pytest.mark.parametrize("name", NAMES)
def test_the_dicts_conform(written: Callable[[str], Written], name: str, tmp_path: Path) -> None:
    case = written(name)
    (tmp_path / "rows.py").write_text(case.text, encoding="utf-8")
    world = World(case.truth, case.schemas)
    claimed = claims.read(tmp_path, Config(transport=Transport.POSTGREST), world, Reading(cached=False))
    found = check(case.truth, *claimed.schemas, schemas=case.schemas)
    assert [finding for finding in found if finding.severity in ("error", "warning")] == []


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=8, phases=(Phase.generate,), suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_row_is_what_the_dict_says(written: Callable[[str], Written], name: str, data: st.DataObject) -> None:
    case = written(name)
    adapters = case.adapters
    with psycopg.connect(case.dsn, autocommit=True) as connection:
        for relation in window(readable(case.relations), data):
            values = data.draw(Drawing(case.truth).row(relation), label=relation.name)
            (sent,) = fetch(connection, "select row_to_json(r)::text from (select {} as r) x", relation, values)
            assert refused(adapters[relation.qualified], sent) == []


def refused(adapter: TypeAdapter[Any], sent: str) -> list[Any]:
    """What a strict reader of the JSON objects to, but for the numbers that JSON has no number for."""
    try:
        adapter.validate_json(sent, strict=True)
    except ValidationError as error:
        return [item for item in error.errors() if item["input"] not in ("NaN", "Infinity", "-Infinity")]
    return []
