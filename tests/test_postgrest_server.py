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

from pgconform.embedded import Server
from pgconform.pairs.world import World
from pgconform.postgrest.cache import cache_of
from pgconform.schema import Schema
from pgconform.sources.postgres import read
from tests.chains import Ground, chains
from tests.conftest import ROOT
from tests.postgrest_server import postgrest
from tests.requests import SHOP, errors
from tests.test_postgrest_requests import BAD, GOOD

CONFIG = replace(SHOP, version="12.0.2")
OF_DATA = frozenset({"22P02", "22007", "22003", "22008", "55000", "P0001", "2201B"})
NOT_FOUND_YET = frozenset({"0A000"})
"""A filter on a function of the row that gives rows (a computed relationship): refused, and not judged yet."""
SILENT = frozenset({"QRY002", "QRY003", "QRY007", "QRY008", "QRY013", "QRY018", "QRY019", "QRY024", "REL005"})
"""What no error tells of, or only later servers refuse."""


class Side(NamedTuple):
    """The server, the schema it is over, and what chains can be about."""

    client: SyncPostgrestClient
    truth: Schema
    ground: Ground


@pytest.fixture(scope="module")
def side(postgres: Server) -> Iterator[Side]:
    dsn = postgres.create_database("requests_asked")
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            connection.execute((ROOT / "tests" / "sql" / "requests.sql").read_bytes())
            connection.execute("refresh materialized view shop.shelf")
            [role] = connection.execute("select current_user::text").fetchone() or [""]
        truth = read(dsn)
        with postgrest(dsn, "shop", anonymous=role, db_tx_end="rollback") as server:
            yield Side(_client(server.url), truth, _ground(truth))
    finally:
        postgres.drop_database("requests_asked")


def _client(url: str) -> SyncPostgrestClient:
    return SyncPostgrestClient(url, schema="shop", http_client=httpx.Client(base_url=url))


def _ground(truth: Schema) -> Ground:
    relations = {
        item.name: item
        for item in truth.relations
        if item.schema == "shop" and item.partition_of is None and item.name != "shelf"
    }
    return Ground(cache_of(World(truth, CONFIG.schemas), CONFIG), "shop", relations)


def answer(side: Side, chain: str) -> str:
    """The server's error code, "" where it answers."""
    names: dict[str, Any] = {"client": side.client, "c": side.client}
    try:
        eval(chain, names)
    except APIError as error:
        return error.code or "?"
    return ""


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_verdict_and_server_agree(side: Side, data: st.DataObject) -> None:
    chain = data.draw(chains(side.ground))
    code, said = answer(side, chain), errors(side.truth, chain, CONFIG)
    if code in NOT_FOUND_YET:
        assert not said
    elif code not in OF_DATA:
        assert bool(said) == bool(code), (chain, code, said)
    else:
        assert said or code in OF_DATA


@pytest.mark.parametrize("chain", GOOD)
def test_the_server_takes_what_is_called_good(side: Side, chain: str) -> None:
    assert answer(side, chain) in ("", "23503", "23505", "PGRST116")


@pytest.mark.parametrize(("chain", "code"), BAD)
def test_the_server_refuses_what_is_called_wrong(side: Side, chain: str, code: str) -> None:
    if code not in SILENT and ".update(" not in chain:
        assert answer(side, chain) != ""
