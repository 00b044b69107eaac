"""The requests of PostgREST's own suite, and variants labelled by the real server, held against the verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from pgconform.postgrest.config import PostgrestConfig
from pgconform.schema import Schema
from pgconform.sources.migrations import read
from tests.requests import errors

Row = dict[str, Any]


@pytest.fixture(scope="module")
def suite(shared_data: Path) -> Path:
    return shared_data / "postgrest"


@pytest.fixture(scope="module")
def truth(suite: Path) -> Schema:
    return read([suite / "fixture_schema.sql"], suite, cached=False)


def rows(file: Path) -> Iterator[Row]:
    yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


@cache
def _config(said: str) -> PostgrestConfig:
    given = json.loads(said)
    schemas = given.get("configDbSchemas", ["test"])
    return PostgrestConfig(
        schemas=tuple([schemas] if isinstance(schemas, str) else schemas),
        extra_search_path=tuple(given.get("configDbExtraSearchPath", ())),
        aggregates=given.get("configDbAggregates", False),
        max_rows=given.get("configDbMaxRows"),
        legacy_target_names=given.get("configUrlUseLegacyTargetNames", True),
    )


def config(row: Row) -> PostgrestConfig:
    return _config(json.dumps(row.get("config") or {}, sort_keys=True))


def test_no_request_that_succeeds_is_called_wrong(truth: Schema, suite: Path) -> None:
    good = [row for row in rows(suite / "cases.jsonl") if row["chain_ok"]]
    said = {row["chain"]: found for row in good if (found := errors(truth, row["chain"], config(row)))}
    assert len(good) > 400
    assert said == {}


def test_almost_no_variant_that_succeeds_is_called_wrong(truth: Schema, suite: Path) -> None:
    good = [row["chain"] for row in rows(suite / "mutants.jsonl") if row["ok"]]
    said = {chain: found for chain in good if (found := errors(truth, chain, config({})))}
    assert len(good) > 600
    assert len(said) <= 0.005 * len(good), said


def test_almost_every_variant_that_fails_is_found(truth: Schema, suite: Path) -> None:
    bad = [row for row in rows(suite / "mutants.jsonl") if not row["ok"] and row["fail_kind"] != "value_not_of_type"]
    missed = [row["chain"] for row in bad if not errors(truth, row["chain"], config(row))]
    assert len(bad) > 700
    assert len(missed) <= 0.01 * len(bad), missed
