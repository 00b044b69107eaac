"""Verdicts held against a real PostgREST, asked through the real client. Optional: skipped without npm."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from postgrest import APIError, SyncPostgrestClient

from pgconform.check import judge
from pgconform.embedded import Server
from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.postgrest.cache import cache_of
from pgconform.postgrest.config import PostgrestConfig
from pgconform.schema import Schema
from pgconform.sources.postgres import read
from tests.chains import Ground, chains
from tests.conftest import ROOT
from tests.postgrest_server import postgrest
from tests.requests import SHOP, errors
from tests.test_postgrest_requests import BAD, GOOD
from tests.test_queries_http import BAD as BAD_RAW
from tests.test_queries_http import GET, WRITES, queries
from tests.test_queries_http import GOOD as GOOD_RAW

CONFIG = replace(SHOP, version="12.0.2")
OF_DATA = frozenset({"22P02", "22007", "22003", "22008", "55000", "P0001", "2201B", "21000", "23503", "23505", "23514"})
"""Refusals that hang on literals or on the rows there are."""
OF_ROWS = frozenset({"NUL003", "QRY006", "ENM002"})
"""What an update fails with only where there is a row to update."""
DATA = """
insert into shop.people values (1, 'a', 'a@b', null, null), (2, 'b', 'b@b', 1, '2000-01-01');
insert into shop.passports values (1, 'x');
insert into shop.items (title, seller, buyer, price, data) values ('a', 1, 2, 3, '{"a":1}'), ('b', 2, null, null, null);
insert into shop.labels values (1, 'l');
insert into shop.item_labels values (1, 1);
insert into shop.notes values ('n', 1);
refresh materialized view shop.shelf
"""
SILENT = frozenset({"QRY002", "QRY003", "QRY007", "QRY008", "QRY013", "QRY018", "QRY019", "QRY024", "REL005"})
"""What no error tells of, or only later servers refuse."""


class Side(NamedTuple):
    """The server, the schema it is over, and what chains can be about."""

    client: SyncPostgrestClient
    truth: Schema
    ground: Ground
    config: PostgrestConfig


@pytest.fixture(scope="module")
def database(postgres: Server) -> Iterator[tuple[str, str]]:
    """A database with some rows, and the role that asks."""
    dsn = postgres.create_database("requests_asked")
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute((ROOT / "tests" / "sql" / "requests.sql").read_bytes())
            connection.execute(DATA.encode())
            [role] = connection.execute("select current_user::text").fetchone() or [""]
        yield dsn, role
    finally:
        postgres.drop_database("requests_asked")


@pytest.fixture(scope="module")
def side(database: tuple[str, str]) -> Iterator[Side]:
    truth = read(database[0])
    with postgrest(database[0], "shop", anonymous=database[1], db_tx_end="rollback") as server:
        yield Side(_client(server.url), truth, _ground(truth, CONFIG), CONFIG)


@pytest.fixture(scope="module")
def aggregating(database: tuple[str, str]) -> Iterator[Side]:
    """A server that allows aggregates."""
    truth, config = read(database[0]), replace(CONFIG, aggregates=True)
    settings_ = {"db_tx_end": "rollback", "db_aggregates_enabled": "true"}
    with postgrest(database[0], "shop", anonymous=database[1], **settings_) as server:
        yield Side(_client(server.url), truth, _ground(truth, config), config)


def _client(url: str) -> SyncPostgrestClient:
    return SyncPostgrestClient(url, schema="shop", http_client=httpx.Client(base_url=url))


def _ground(truth: Schema, config: PostgrestConfig) -> Ground:
    relations = {
        item.name: item
        for item in truth.relations
        if item.schema == "shop" and item.partition_of is None and item.name != "shelf"
    }
    functions = tuple(item for item in truth.functions if item.schema == "shop")
    return Ground(cache_of(World(truth, config.schemas), config), "shop", relations, functions)


def answer(side: Side, chain: str) -> str:
    """The server's error code, "" where it answers; of a search that does not parse, what other literals give."""
    names: dict[str, Any] = {"client": side.client, "c": side.client}
    try:
        eval(chain, names)
    except APIError as error:
        return "22P02" if "tsquery" in (error.message or "") else error.code or "?"
    return ""


def agree(side: Side, chain: str) -> None:
    """What the server refuses has an error, and nothing else has, whatever hangs on literals and rows apart."""
    code, said = answer(side, chain), errors(side.truth, chain, side.config)
    if code in OF_DATA or _old_bug(chain, code, said):
        return
    if not code and ".update(" in chain:
        said -= OF_ROWS
    of_one_row = code == "23502" and ("None" in chain or "[{" in chain)
    assert bool(said) == bool(code) or of_one_row, (chain, code, said)


def _old_bug(chain: str, code: str, said: set[str]) -> bool:
    """Until 13 an embed of nothing beside an aggregate, or within a spread, was looked for like a column.

    Until 12.2.6 an aggregate within a spread was taken although none is allowed.
    """
    return (code == "42703" and "()" in chain) or (not code and said == {"QRY015"} and "..." in chain)


ASKED = settings(max_examples=300, derandomize=True, suppress_health_check=list(HealthCheck))


@ASKED
@given(st.data())
def test_verdict_and_server_agree(side: Side, data: st.DataObject) -> None:
    agree(side, data.draw(chains(side.ground)))


@ASKED
@given(st.data())
def test_verdict_and_server_agree_where_aggregates_are_allowed(aggregating: Side, data: st.DataObject) -> None:
    agree(aggregating, data.draw(chains(aggregating.ground)))


@pytest.mark.parametrize("chain", GOOD)
def test_the_server_takes_what_is_called_good(side: Side, chain: str) -> None:
    assert answer(side, chain) in ("", "23503", "23505", "PGRST116")


@pytest.mark.parametrize(("chain", "code"), BAD)
def test_the_server_refuses_what_is_called_wrong(side: Side, chain: str, code: str) -> None:
    if code not in SILENT and ".update(" not in chain:
        assert answer(side, chain) != ""


@pytest.mark.parametrize("path", [*GOOD_RAW, *[path for path, _ in BAD_RAW]])
def test_verdict_and_server_agree_about_requests_without_a_client(side: Side, path: str) -> None:
    claim = Schema(queries=tuple(queries(GET.format(path))))
    found = judge(side.truth, claim, schemas=side.config.schemas, postgrest=side.config).findings
    answered = side.client.session.get(path, headers={"Accept-Profile": "shop"})
    assert any(one.severity is Severity.ERROR for one in found) == answered.is_error, answered.text


@pytest.mark.parametrize(("method", "path", "headers", "body", "code"), WRITES)
def test_the_server_refuses_just_the_writes_without_a_client_that_are_called_wrong(
    side: Side, method: str, path: str, headers: dict[str, str], body: object, code: str
) -> None:
    named = {"Content-Profile": "shop", **headers}
    answered = side.client.session.request(method.upper(), path, headers=named, json=body)
    assert bool(code) == answered.is_error, answered.text
