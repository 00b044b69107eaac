"""Caches brought back in line: only what does not conform is changed, a writer meanwhile wins, a kill loses nothing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, NamedTuple

import msgspec
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pgconform.config import Project, find_project
from pgconform.embedded import Server
from pgconform.project.caches.check import Ground, LiveAsk, ground, looked
from pgconform.project.caches.sync import SyncAsk, Synced, sync_caches, synced
from pgconform.redis.link import Link
from pgconform.redis.mend import Entry, settle
from pgconform.redis.plan import Plan
from pgconform.redis.scan import STAMPS
from tests.redis_server import Running, each_server, running, valkey

SQL = """
create table accounts (
  account_id int primary key,
  balance numeric(12, 2) not null,
  status text not null check (status in ('draft', 'done')),
  seen_at timestamptz not null default '2024-01-01 12:00:00+00',
  note text
);
insert into accounts (account_id, balance, status, note)
select n, n + 0.5, 'done', case when n % 2 = 0 then 'n' end from generate_series(1, 400) n;
"""
SETTINGS = """
[redis.keys."account:{account_id}"]
relation = "accounts"
fields = { account_id = "account_id", total = "balance", status = "status", computed = { optional = true } }
max_ttl = 300
cache = true

[redis.keys."kept:{account_id}"]
relation = "accounts"
fields = ["account_id", "status"]

[redis.keys."row:{account_id}"]
relation = "accounts"
encoding = "hash"
cache = true
"""


class Stage(NamedTuple):
    """A project, its database and its cache."""

    project: Project
    dsn: str
    store: Running
    held: Ground

    def live(self) -> LiveAsk:
        return LiveAsk(self.store.url, self.dsn)

    def sync(
        self, action: Literal["report", "evict", "refresh"], *, write: bool = True, again: bool = True
    ) -> dict[str, Synced]:
        found = synced(self.project, SyncAsk(self.live(), action, write, again, 100_000), self.held)
        return {item.pattern.partition(":")[0]: item for item in found}

    def codes(self) -> list[str]:
        return sorted({item.code for item in looked(self.project, self.live(), self.held).report.findings})


@pytest.fixture(scope="module")
def database(postgres: Server) -> Iterator[str]:
    name = f"sync_{uuid.uuid4().hex[:12]}"
    dsn = postgres.create_database(name)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SQL.encode())
    yield dsn
    postgres.drop_database(name)


@pytest.fixture(scope="module", params=each_server())
def stage(request: pytest.FixtureRequest, database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    root = tmp_path_factory.mktemp("sync")
    (root / "pgconform.toml").write_text(SETTINGS, encoding="utf-8")
    with running(request.param) as store:
        project = find_project(root)
        yield Stage(project, database, store, ground(project, LiveAsk(truth=database)))


@pytest.fixture
def link(stage: Stage) -> Iterator[Link]:
    yield from stage.store.emptied()


def good(n: int, **more: Any) -> str:
    return json.dumps({"account_id": n, "total": n + 0.5, "status": "done", **more})


def fill(link: Link, count: int = 40) -> set[str]:
    """Entries of which every fourth does not conform; gives the names of those that do."""
    commands = []
    for n in range(1, count + 1):
        value = good(n) if n % 4 else good(n, status="old")
        commands.append(("SET", f"account:{n}", value, "EX", 200))
    link.ask_all(commands)
    return {f"account:{n}" for n in range(1, count + 1) if n % 4}


def entries(link: Link) -> dict[str, bytes]:
    keys = sorted(link.ask("KEYS", "*"))
    return {key.decode(): link.ask("DUMP", key) for key in keys if key != STAMPS}


def test_nothing_is_changed_without_write(stage: Stage, link: Link) -> None:
    fill(link)
    before = entries(link)
    actions: tuple[Literal["report", "evict", "refresh"], ...] = ("report", "evict", "refresh")
    for action in actions:
        found = stage.sync(action, write=False)
        assert (found["account"].judged, found["account"].wrong) == (40, 10)
        assert entries(link) == before
    assert link.ask("EXISTS", STAMPS) == 0


def test_eviction_drops_only_what_does_not_conform(stage: Stage, link: Link) -> None:
    conformant = fill(link)
    link.ask("SET", "kept:1", '{"account_id": 1, "status": "old"}')
    link.ask("SET", "stranger:1", "x")
    before = entries(link)
    found = stage.sync("evict")
    assert found["account"].outcomes == {"evicted": 10}
    assert found["kept"].outcomes == {"left": 1}
    after = entries(link)
    assert set(after) == conformant | {"kept:1", "stranger:1"}
    assert all(after[name] == before[name] for name in after)


def test_a_lenient_form_is_reported_and_not_touched(stage: Stage, link: Link) -> None:
    link.ask("SET", "account:1", good(1, total="1.50"), "EX", 100)
    assert stage.sync("evict")["account"].wrong == 0
    assert link.ask("EXISTS", "account:1") == 1
    assert stage.codes() == ["RDS004"]


def test_refreshing_writes_the_row_and_keeps_the_time_to_live(stage: Stage, link: Link) -> None:
    link.ask("SET", "account:4", good(4, status="old", computed=[1]), "EX", 200)
    link.ask("SET", "account:5", "{}", "EX", 200)
    link.ask("SET", "account:9999", "{}", "EX", 200)
    link.ask("HSET", "row:2", "account_id", "2", "balance", "x", "gone", "1")
    link.ask("EXPIRE", "row:2", 100)
    found = stage.sync("refresh")
    assert found["account"].outcomes == {"refreshed": 2, "evicted": 1}
    assert json.loads(link.ask("GET", "account:4")) == {
        "account_id": 4,
        "total": 4.5,
        "status": "done",
        "computed": [1],
    }
    assert json.loads(link.ask("GET", "account:5")) == {"account_id": 5, "total": 5.5, "status": "done"}
    assert link.ask("EXISTS", "account:9999") == 0
    assert 190 <= link.ask("TTL", "account:4") <= 200
    held = link.ask("HGETALL", "row:2")
    assert dict(zip(held[::2], held[1::2], strict=True)) == {
        b"account_id": b"2",
        b"balance": b"2.50",
        b"status": b"done",
        b"seen_at": b"2024-01-01 12:00:00+00",
        b"note": b"n",
    }
    assert 90 <= link.ask("TTL", "row:2") <= 100
    assert stage.codes() == []


def test_an_entry_of_another_type_is_dropped_by_a_refresh(stage: Stage, link: Link) -> None:
    link.ask("RPUSH", "account:1", "x")
    link.ask("SET", "row:1", "x")
    found = stage.sync("refresh")
    assert (found["account"].outcomes, found["row"].outcomes) == ({"evicted": 1}, {"evicted": 1})
    assert entries(link) == {}


def test_the_one_function_reads_the_truth_itself(stage: Stage, link: Link) -> None:
    fill(link)
    found = sync_caches(stage.project, SyncAsk(stage.live(), "evict", write=True))
    assert [(item.pattern, item.outcomes) for item in found if item.wrong] == [
        ("account:{account_id}", {"evicted": 10})
    ]


def test_an_entry_too_large_to_be_fetched_keeps_its_pattern_from_being_current(stage: Stage, link: Link) -> None:
    fill(link, 3)
    link.ask("SET", "account:9", "x" * (2 << 20))
    ask = SyncAsk(msgspec.structs.replace(stage.live(), max_size=1), "evict", write=True)
    (first, *_) = synced(stage.project, ask, stage.held)
    assert (first.judged, first.large, first.settled) == (3, 1, False)
    assert link.ask("EXISTS", "account:9") == 1
    assert not synced(stage.project, ask, stage.held)[0].current


def test_as_many_entries_are_held_to_their_rows_as_were_asked_for(stage: Stage, link: Link) -> None:
    """Not only those of some requests; what is wrong anyway is not compared too."""
    link.ask_all([("SET", f"account:{n}", good(n), "EX", 200) for n in range(1, 401)])
    link.ask("SET", "account:7", good(8, account_id=7), "EX", 200)
    link.ask("SET", "account:8", good(9, status="old"), "EX", 200)
    (stale,) = _stale(stage, 1000)
    assert stale.startswith("1 of 399 entries, such as account:7: ")
    link.ask_all([("SET", f"account:{n}", good(n + 1), "EX", 200) for n in range(1, 401)])
    assert any(said.startswith("50 of 50 entries") for said in _stale(stage, 50))


def _stale(stage: Stage, compare: int) -> list[str]:
    found = looked(stage.project, msgspec.structs.replace(stage.live(), compare=compare), stage.held).report
    return [item.consequence for item in found.findings if item.code == "RDS011"]


def test_a_stamp_says_what_is_current(stage: Stage, link: Link) -> None:
    fill(link)
    first = stage.sync("evict", again=False)
    assert not any(item.current for item in first.values())
    link.ask("SET", "kept:1", '{"account_id": 1, "status": "old"}')
    second = stage.sync("evict", again=False)
    assert {name for name, item in second.items() if item.current} == {"account", "kept", "row"}
    assert stage.sync("evict")["kept"].outcomes == {"left": 1}
    link.ask("HSET", STAMPS, "account:{account_id}", "another")
    assert not stage.sync("evict", again=False)["account"].current


@pytest.mark.parametrize("action", ["evict", "refresh"])
def test_a_concurrent_writer_wins(stage: Stage, link: Link, action: str) -> None:
    """Whoever writes between the judging and the change keeps what it wrote."""
    (plan, *_) = stage.held.plans
    link.ask("SET", "account:4", "{}", "EX", 200)
    other = stage.store.link()

    def decide(_plan: Plan, entry: Entry) -> list[tuple[Any, ...]]:
        other.ask("SET", entry.key, good(4, computed="written meanwhile"))
        return [("UNLINK", entry.key)] if action == "evict" else [("SET", entry.key, "{}", "XX", "KEEPTTL")]

    assert settle(link, plan, b"account:4", decide, write=True) == "changed"
    assert json.loads(link.ask("GET", "account:4"))["computed"] == "written meanwhile"
    other.ask("DEL", "account:4")
    assert settle(link, plan, b"account:4", decide, write=True) == "gone"
    other.ask("SET", "account:4", good(4))
    assert settle(link, plan, b"account:4", decide, write=True) == "mended"
    other.close()


def test_writers_that_never_rest_lose_nothing(stage: Stage, link: Link) -> None:
    """Writers put good entries where bad ones were while a sync runs: no good entry is ever lost."""
    over = threading.Event()
    written: set[int] = set()

    def write() -> None:
        mine = stage.store.link()
        for n in range(1, 401):
            if over.is_set():
                break
            mine.ask("SET", f"account:{n}", good(n), "EX", 200)
            written.add(n)
        mine.close()

    link.ask_all([("SET", f"account:{n}", "{}", "EX", 200) for n in range(1, 401)])
    thread = threading.Thread(target=write)
    thread.start()
    stage.sync("evict")
    over.set()
    thread.join()
    held = {int(key.partition(b":")[2]) for key in link.ask("KEYS", "account:*")}
    assert written <= held
    assert stage.sync("report")["account"].wrong == 0


@pytest.mark.parametrize("action", ["evict", "refresh"])
def test_a_run_killed_at_any_step_loses_nothing_and_can_be_run_again(
    stage: Stage, link: Link, action: Literal["evict", "refresh"]
) -> None:
    """A process of its own is killed before the n-th request it sends, for every n that there is."""
    step = 0
    finished = False
    while not finished:
        step += 1
        conformant = fill(link, 8)
        before = entries(link)
        finished = _killed_at(stage, SyncAsk(stage.live(), action, write=True, again=True), step)
        left = entries(link)
        assert {name: left[name] for name in conformant} == {name: before[name] for name in conformant}
        assert len(left) == 8 or action == "evict"
        (again, *_) = synced(stage.project, SyncAsk(stage.live(), action, write=True), stage.held)
        assert finished or not again.remaining
        assert stage.sync("report")["account"].wrong == 0
        link.ask("FLUSHALL")
    assert step > 20


def _killed_at(stage: Stage, ask: SyncAsk, step: int) -> bool:
    """Runs a sync in a fork that kills itself before it sends for the n-th time; True: it came to its end."""
    child = os.fork()
    if not child:
        sent = Link.send

        def counted(self: Link, data: bytes) -> None:
            counted.left -= 1  # type: ignore[attr-defined]
            if not counted.left:  # type: ignore[attr-defined]
                os.kill(os.getpid(), signal.SIGKILL)
            sent(self, data)

        counted.left = step  # type: ignore[attr-defined]
        Link.send = counted  # type: ignore[method-assign]
        synced(stage.project, ask, stage.held)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGKILL
    return os.WIFEXITED(status)


VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**40), 2**40), st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["draft", "done", "old", "None", "", "1", "1.5"]), st.lists(st.integers(), max_size=2),
)  # fmt: skip
PAYLOADS = st.one_of(
    st.dictionaries(st.sampled_from(["account_id", "total", "status", "computed", "other"]), VALUES).map(
        lambda found: json.dumps(found).encode()
    ),
    st.builds(lambda n, s: good(n, status=s).encode(), st.integers(1, 9), st.sampled_from(["draft", "done", "old"])),
    st.binary(max_size=12),
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.lists(PAYLOADS, min_size=1, max_size=12))
def test_whatever_the_entries_are_the_rest_conforms_and_was_not_touched(
    stage: Stage, link: Link, values: list[bytes]
) -> None:
    link.ask("FLUSHALL")
    for number, value in enumerate(values):
        link.ask("SET", f"account:{number + 1}", value, "EX", 200)
    before = entries(link)
    found = stage.sync("evict")["account"]
    after = entries(link)
    assert all(before[name] == dump for name, dump in after.items())
    assert len(before) - len(after) == found.wrong == found.outcomes.get("evicted", 0)
    assert stage.sync("report")["account"].wrong == 0
    refreshed = stage.sync("refresh")["account"]
    assert refreshed.wrong == 0
    assert entries(link) == after


@pytest.mark.parametrize("stage", [valkey()], ids=["valkey"], indirect=True)
def test_the_command_says_what_it_did(stage: Stage, link: Link, tmp_path: Path) -> None:
    fill(link)

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "pgconform", "redis", *words, stage.store.url, "--truth", stage.dsn],
            cwd=stage.project.root, capture_output=True, text=True, check=False,
        )  # fmt: skip

    told = run("check")
    assert told.returncode == 1
    shown = " ".join(told.stdout.split())
    assert '"old" is no label of accounts.status [unknown-label] 10 of 40 entries, such as account:' in shown
    assert "40 keys read in" in told.stderr
    planned = run("sync", "--cache", "evict")
    assert planned.returncode == 1
    assert "account:{account_id}       40     10             10" in planned.stdout
    assert "--write" in planned.stderr
    assert run("sync", "--cache", "evict", "--write").returncode == 0
    assert run("check", "--compare-rows", "5").returncode == 0
    assert "current" in run("sync", "--cache", "evict").stdout
