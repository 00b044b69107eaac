"""Entries of the JSON type, on every server with every module that has it: found, judged, and brought back in line."""

from __future__ import annotations

import contextlib
import json
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest

from pgconform.config import find_project
from pgconform.project.caches.check import LiveAsk, ground, looked
from pgconform.project.caches.discover import discovery
from pgconform.redis.link import Link, Refused
from pgconform.redis.mend import Entry, settle
from pgconform.redis.nodes import nodes
from pgconform.redis.observe import Watch, observe
from pgconform.redis.plan import Plan
from tests.redis_server import (
    MODULES,
    NotStartedError,
    Running,
    each,
    each_server,
    free_port,
    modules,
    programs,
    running,
    running_json,
    until,
)
from tests.test_redis_sync import Stage, database

__all__ = ["database"]

SETTINGS = """
[redis.keys."account:{account_id}"]
relation = "accounts"
encoding = "redisjson"
max_ttl = 300
cache = true
"""
ROW = {"account_id": 4, "balance": 4.5, "status": "done", "seen_at": "2024-01-01T12:00:00+00:00", "note": "n"}


@pytest.fixture(scope="module", params=each(modules()))
def module(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module", params=each_server())
def program(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def store(program: str, module: str) -> Iterator[Running]:
    with contextlib.ExitStack() as stack:
        try:
            found = stack.enter_context(running_json(program, module))
        except NotStartedError:
            pytest.skip(f"this server does not take {Path(module).name}")
        yield found


@pytest.fixture(scope="module")
def stage(store: Running, database: str, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    root = tmp_path_factory.mktemp("json")
    (root / "pgconform.toml").write_text(SETTINGS, encoding="utf-8")
    project = find_project(root)
    return Stage(project, database, store, ground(project, LiveAsk(truth=database)))


@pytest.fixture
def link(stage: Stage) -> Iterator[Link]:
    yield from stage.store.emptied()


def put(link: Link, n: int, **changes: Any) -> None:
    link.ask("JSON.SET", f"account:{n}", "$", json.dumps({**ROW, "account_id": n, "balance": n + 0.5, **changes}))
    link.ask("PEXPIRE", f"account:{n}", 200_000)


@pytest.mark.parametrize("name", sorted(modules()))
def test_every_module_is_taken_by_some_server(name: str) -> None:
    module = modules()[name]
    if not module:
        pytest.skip(f"that module is not here; more can be named in {MODULES}")

    def taken(program: str) -> bool:
        try:
            with running_json(program, module):
                return True
        except NotStartedError:
            return False

    assert any(taken(program) for program in programs().values() if program)


def test_what_is_wrong_is_named(stage: Stage, link: Link) -> None:
    for n in range(1, 21):
        put(link, n)
    put(link, 4, status="old")
    put(link, 5, balance="5.50", more=[1])
    link.ask("JSON.SET", "account:6", "$", "[1]")
    link.ask("EXPIRE", "account:6", 100)
    link.ask("SET", "account:7", json.dumps(ROW), "EX", 100)
    link.ask("PERSIST", "account:8")
    tally, counted = observe(nodes(stage.store.address), stage.held.plans, Watch())
    assert {(item.kind, item.field, item.said, item.count, item.total) for item in tally.observed()} == {
        ("label", "status", "old", 1, 20), ("form", "balance", "a number as text", 1, 20),
        ("column", "more", "", 1, 20), ("encoding", "", "an array", 1, 20), ("type", "", "string", 1, 20),
        ("ttl", "", "none", 1, 20),
    }  # fmt: skip
    assert (counted.judged, counted.gone) == (20, 0)


def test_an_entry_that_goes_meanwhile_is_no_error(stage: Stage, link: Link) -> None:
    for n in range(1, 300):
        put(link, n)

    def gone(seen: Any, _total: int) -> None:
        link.ask("UNLINK", *[f"account:{n}" for n in range(1, 300)])

    tally, counted = observe(nodes(stage.store.address), stage.held.plans, Watch(tell=gone))
    assert list(tally.observed()) == []
    assert counted.gone > 0


def test_a_user_that_may_not_read_json_is_told_so(stage: Stage, link: Link) -> None:
    """Of the JSON type not every module's commands are among +@read; nothing is left unjudged without a word."""
    put(link, 1, status="old")
    link.ask("ACL", "SETUSER", "reader", "reset", "on", ">secret", "~account:*", "+@read", "+@connection", "-json.get")
    address = msgspec.structs.replace(stage.store.address, user="reader", password="secret")
    with pytest.raises(Refused, match="NOPERM"):
        observe(nodes(address), stage.held.plans, Watch())
    link.ask("ACL", "SETUSER", "reader", "+json.get")
    tally, _ = observe(nodes(address), stage.held.plans, Watch())
    assert [item.said for item in tally.observed()] == ["old"]


def test_contracts_are_proposed_for_it(stage: Stage, link: Link) -> None:
    for n in range(1, 30):
        put(link, n)
    (stage.project.root / "pgconform.toml").write_text("", encoding="utf-8")
    text = discovery(find_project(stage.project.root), LiveAsk(stage.store.url, stage.dsn, sample=1000))
    (stage.project.root / "pgconform.toml").write_text(SETTINGS, encoding="utf-8")
    contract = tomllib.loads(text)["redis"]["keys"]["account:{account_id}"]
    assert contract == {"relation": "accounts", "encoding": "redisjson", "max_ttl": 300}


def test_eviction_drops_only_what_does_not_conform(stage: Stage, link: Link) -> None:
    for n in range(1, 21):
        put(link, n, status="old" if n % 4 == 0 else "done")
    before = _dumped(link)
    assert stage.sync("evict", write=False)["account"].outcomes == {"would be evicted": 5}
    assert _dumped(link) == before
    assert stage.sync("evict")["account"].outcomes == {"evicted": 5}
    after = _dumped(link)
    assert {int(name.partition(":")[2]) for name in after} == {n for n in range(1, 21) if n % 4}
    assert all(after[name] == before[name] for name in after)


def test_refreshing_writes_the_row_and_keeps_the_time_to_live(stage: Stage, link: Link) -> None:
    put(link, 4, status="old")
    put(link, 8, balance=[])
    link.ask("PERSIST", "account:8")
    put(link, 9999, status="old")
    link.ask("SET", "account:5", "{}", "EX", 100)
    assert stage.sync("refresh")["account"].outcomes == {"refreshed": 2, "evicted": 2}
    assert json.loads(link.ask("JSON.GET", "account:4")) == ROW
    assert 190_000 < link.ask("PTTL", "account:4") <= 200_000
    assert link.ask("TTL", "account:8") == -1
    assert link.ask("EXISTS", "account:5", "account:9999") == 0
    found = looked(stage.project, msgspec.structs.replace(stage.live(), compare=10), stage.held).report
    assert [item.code for item in found.findings] == ["RDS007"]


def test_entries_are_held_to_their_rows(stage: Stage, link: Link) -> None:
    put(link, 4)
    put(link, 6, balance=7)
    found = looked(stage.project, msgspec.structs.replace(stage.live(), compare=10), stage.held).report
    assert [item.code for item in found.findings] == ["RDS011"]
    assert "1 of 2 entries, such as account:6" in found.findings[0].consequence


@pytest.mark.parametrize("write", ["all", "part"])
@pytest.mark.parametrize("action", ["evict", "refresh"])
def test_a_concurrent_writer_wins(
    stage: Stage, link: Link, action: Literal["evict", "refresh"], write: Literal["all", "part"]
) -> None:
    """Whoever writes the document, or a part of it, between the judging and the change keeps what it wrote."""
    (plan,) = stage.held.plans
    put(link, 4, status="old")
    other = stage.store.link()

    def decide(_plan: Plan, entry: Entry) -> list[tuple[Any, ...]]:
        if write == "all":
            other.ask("JSON.SET", entry.key, "$", json.dumps({**ROW, "note": "meanwhile"}))
        else:
            other.ask("JSON.SET", entry.key, "$.note", '"meanwhile"')
        return [("UNLINK", entry.key)] if action == "evict" else [("JSON.SET", entry.key, "$", "{}")]

    assert settle(link, plan, b"account:4", decide, write=True) == "changed"
    assert json.loads(link.ask("JSON.GET", "account:4"))["note"] == "meanwhile"
    other.close()


@pytest.mark.usefixtures("store")
def test_a_cluster_with_it_is_read(program: str, module: str, stage: Stage) -> None:
    cluster = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf")
    with running(program, "--loadmodule", module, *cluster, port=free_port()) as alone:
        link = alone.link()
        link.ask("CLUSTER", "ADDSLOTS", *range(16384))
        until(lambda: b"state:ok" in link.ask("CLUSTER", "INFO"))
        for n in range(1, 41):
            put(link, n, status="old" if n % 4 == 0 else "done")
        tally, counted = observe(nodes(alone.address), stage.held.plans, Watch())
        assert (counted.judged, [item.count for item in tally.observed()]) == (40, [10])
        link.close()


def _dumped(link: Link) -> dict[str, bytes]:
    return {key.decode(): link.ask("DUMP", key) for key in link.ask("KEYS", "account:*")}
