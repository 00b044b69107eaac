"""What PostgREST's schema cache knows of a database, derived from the catalogue alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgconform.embedded import Server
from pgconform.pairs.world import World
from pgconform.postgrest.cache import SchemaCache, cache_of
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.embeds import candidates
from pgconform.postgrest.relationships import Id, Relationship
from pgconform.schema import Schema
from pgconform.sources.migrations import read as read_migrations
from pgconform.sources.postgres import read
from tests.conftest import ROOT
from tests.requests import SHOP

SQL = ROOT / "tests" / "sql" / "requests.sql"


@pytest.fixture(scope="module")
def truth(postgres: Server) -> Iterator[Schema]:
    dsn = postgres.create_database("relationships")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL.read_bytes())
    yield read(dsn)
    postgres.drop_database("relationships")


@pytest.fixture
def cache(truth: Schema) -> SchemaCache:
    return cache_of(World(truth, SHOP.schemas), SHOP)


def found(cache: SchemaCache, origin: str, target: str, hint: str | None = None) -> list[tuple[str, str, str]]:
    """(kind, foreign relation, constraint or junction) of what an embed may mean."""
    fitting = candidates(cache.relationships(Id("shop", origin)), target, hint)
    return sorted(
        (item.kind, item.foreign.name, item.junction.name if item.junction else item.constraint) for item in fitting
    )


@pytest.mark.parametrize(
    ("origin", "target", "hint", "kinds"),
    [
        ("items", "people", None, ["m2o", "m2o"]),
        ("items", "people", "items_seller", ["m2o"]),
        ("items", "people", "buyer", ["m2o"]),
        ("items", "items_seller", None, ["m2o"]),
        ("items", "seller", None, ["m2o"]),
        ("items", "nobody", None, []),
        ("items", "people", "nothing", []),
        ("people", "items", None, ["o2m", "o2m"]),
        ("people", "items", "seller", ["o2m"]),
        ("people", "items", "id", ["o2m", "o2m"]),
        ("people", "passports", None, ["o2o"]),
        ("passports", "people", None, ["o2o"]),
        ("people", "people", None, ["o2m"]),
        ("people", "friend", None, ["m2o"]),
        ("people", "people", "friend", ["o2m"]),
        ("people", "people", "people_friend_fkey", []),
        ("items", "labels", None, ["m2m"]),
        ("items", "labels", "item_labels", ["m2m"]),
        ("labels", "items", None, ["m2m"]),
        ("notes", "items", None, ["m2o"]),
        ("open_items", "seller", None, ["m2o"]),
        ("open_items", "people", None, ["m2o"]),
        ("open_items", "item_labels", None, ["o2m"]),
        ("open_items", "labels", None, ["m2m"]),
        ("totals", "people", None, ["m2o"]),
        ("people", "best_friend", None, ["computed"]),
        ("people", "sold_by", "whatever", ["computed"]),
    ],
)
def test_what_an_embed_may_mean(
    cache: SchemaCache, origin: str, target: str, hint: str | None, kinds: list[str]
) -> None:
    assert [kind for kind, _, _ in found(cache, origin, target, hint)] == kinds


def test_a_function_of_one_row_gives_one_row(cache: SchemaCache) -> None:
    one, many = (
        candidates(cache.relationships(Id("shop", "people")), name, None)[0].to_one
        for name in ("best_friend", "sold_by")
    )
    assert (one, many) == (True, False)


def test_a_view_shows_its_tables_key(cache: SchemaCache) -> None:
    assert cache.primary_keys[Id("shop", "open_items")] == ("id",)
    assert Id("shop", "totals") not in cache.primary_keys


def test_functions_of_the_row_can_be_named_like_columns(cache: SchemaCache) -> None:
    items = cache.relation("shop", "items")
    assert items is not None
    assert set(cache.computed(items, "shop")) == {"label_count"}


def test_relationships_that_leave_the_exposed_schemas_are_out(truth: Schema) -> None:
    config = PostgrestConfig(schemas=("public",))
    assert cache_of(World(truth, ("public",)), config).relationships(Id("shop", "items")) == []


@pytest.fixture(scope="module")
def suite(shared_data: Path) -> tuple[Schema, dict[str, Any]]:
    """The schema of PostgREST's own suite, and what the server (12.0.2) knows of it."""
    folder = shared_data / "postgrest"
    truth = read_migrations([folder / "fixture_schema.sql"], folder, cached=False)
    return truth, json.loads((folder / "schema_dump.json").read_text(encoding="utf-8"))


def test_the_relationships_are_exactly_the_servers(suite: tuple[Schema, dict[str, Any]]) -> None:
    truth, dump = suite
    config = PostgrestConfig(schemas=("test",), extra_search_path=(), version="12.0.2")
    cache = cache_of(World(truth, ("test",)), config)
    theirs = {
        (_id(origin), schema): sorted(map(_theirs, known))
        for (origin, schema), known in dump["dbRelationships"]
        if known
    }
    mine = {key: sorted(map(_mine, cache.relationships(key[0]))) for key in theirs}
    assert len(theirs) > 100
    assert mine == theirs


def test_the_primary_keys_are_exactly_the_servers(suite: tuple[Schema, dict[str, Any]]) -> None:
    truth, dump = suite
    config = PostgrestConfig(schemas=("test",), extra_search_path=(), version="12.0.2")
    cache = cache_of(World(truth, ("test",)), config)
    theirs = {_id(name): sorted(set(table["tablePKCols"])) for name, table in dump["dbTables"]}
    assert {name: sorted(set(cache.primary_keys.get(name, ()))) for name in theirs} == theirs


def _id(name: dict[str, str]) -> Id:
    return Id(name["qiSchema"], name["qiName"])


def _theirs(item: dict[str, Any]) -> tuple[Any, ...]:
    if item["tag"] == "ComputedRelationship":
        return ("computed", _id(item["relForeignTable"]), _id(item["relFunction"]).name, item["relToOne"])
    card = item["relCardinality"]
    views = (item["relIsSelf"], item["relTableIsView"], item["relFTableIsView"])
    if card["tag"] == "M2M":
        junction = card.get("contents", card)
        named = (junction["junConstraint1"], junction["junConstraint2"], junction["junTable"]["qiName"])
        return ("m2m", _id(item["relForeignTable"]), str(named), views)
    columns = tuple(map(tuple, card["relColumns"]))
    return (card["tag"].lower(), _id(item["relForeignTable"]), str((card["relCons"], columns)), views)


def _mine(item: Relationship) -> tuple[Any, ...]:
    if item.function:
        return ("computed", item.foreign, item.function.name, item.to_one)
    views = (item.is_self, item.table_is_view, item.foreign_is_view)
    if item.junction:
        return ("m2m", item.foreign, str((*item.constraints, item.junction.name)), views)
    return (item.kind, item.foreign, str((item.constraint, item.columns)), views)
