"""How fast entries of a cache are judged, beside the bare pipelined reading of them: keys a second, and their ratio."""

from __future__ import annotations

import json
import os
import time
import uuid
from itertools import product
from pathlib import Path
from typing import NamedTuple

from tests.redis_server import Running, free_port, redis, running, valkey

from pgconform.caching import Contract
from pgconform.pairs.world import World
from pgconform.redis.nodes import Node
from pgconform.redis.nodes import server as told
from pgconform.redis.observe import Watch, observe
from pgconform.redis.plan import Plan, plan
from pgconform.redis.scan import Pace, Reader
from pgconform.schema import Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar, Type

KEYS, ROUNDS = 100_000, 5
OWN, SHARED = 0.9, 0.55
"""The least ratios: with a core of its own, and sharing one with the server."""
TYPES: dict[str, Type] = {
    "id": Scalar("uuid"), "owner_id": Scalar("uuid"), "title": Scalar("text"), "body": Scalar("text"),
    "status": Labels(("draft", "done", "archived")), "created_at": Scalar("timestamptz"),
    "updated_at": Scalar("timestamptz"), "pages": Scalar("int4"), "size": Scalar("int8"), "ratio": Scalar("float8"),
    "price": Scalar("numeric"), "public": Scalar("bool"), "tags": Array(Scalar("text")), "meta": Scalar("jsonb"),
}  # fmt: skip


class Run(NamedTuple):
    """One pass over all keys: seconds, and processor seconds of the client and of the server."""

    wall: float
    client: float
    server: float


def main(arguments: list[str]) -> None:
    """``[KEYS] [COUNT] [ROUNDS]``: fills two kinds of servers, and passes over them in turns, on two cores and one."""
    keys = int(arguments[0]) if arguments else KEYS
    count = int(arguments[1]) if len(arguments) > 1 else 100
    rounds = int(arguments[2]) if len(arguments) > 2 else ROUNDS
    fields = tuple(Field(name, kind, nullable=False) for name, kind in TYPES.items())
    world = World(Schema(relations=(Relation("documents", "public", fields=fields),)))
    for program, encoding in product((redis(), valkey()), ("json", "hash")):
        wanted = plan(Contract("document:{id}", "documents", encoding), world)
        with running(program, port=free_port()) as server:
            size = _fill(server, keys, encoding)
            print(f"{described(server)}: {keys:,} keys of {encoding}, {size} bytes each, {count} keys a request")
            _measure(server, wanted, keys, (count, rounds))


def described(server: Running) -> str:
    link = server.link()
    found = told(link).shown
    link.close()
    return found


def _measure(server: Running, wanted: Plan, keys: int, said: tuple[int, int]) -> None:
    count, rounds = said
    cores = sorted(os.sched_getaffinity(0))
    for title, its, limit in (("a core of its own", cores[-1], OWN), ("one core for both", cores[0], SHARED)):
        os.sched_setaffinity(0, {cores[0]})
        os.sched_setaffinity(server.process.pid, {its})
        _report(title, limit, keys, [_turn(server, wanted, keys, count) for _ in range(rounds)])
    os.sched_setaffinity(0, set(cores))


def _fill(server: Running, keys: int, encoding: str) -> int:
    link = server.link()
    size = 0
    for start in range(0, keys, 1000):
        rows = [(f"document:{number}", row(number)) for number in range(start, min(start + 1000, keys))]
        link.ask_all([("SET", key, value) if encoding == "json" else _hash(key, value) for key, value in rows])
        size = len(rows[0][1])
    link.close()
    return size


def _hash(key: str, value: bytes) -> tuple[str, ...]:
    texts = {name: item if isinstance(item, str) else json.dumps(item) for name, item in json.loads(value).items()}
    return ("HSET", key, *[part for pair in texts.items() for part in pair])


def row(number: int) -> bytes:
    """A payload of 14 fields, about 500 bytes."""
    found = {
        "id": str(uuid.UUID(int=number + 2**120)), "owner_id": str(uuid.UUID(int=number % 97 + 2**120)),
        "title": f"document {number} " + "t" * 20, "body": "b" * 100,
        "status": ("draft", "done", "archived")[number % 3], "created_at": "2024-01-01T12:00:00.123456+00:00",
        "updated_at": "2024-06-01T12:00:00+00:00", "pages": number % 50, "size": number * 1000, "ratio": number / 7,
        "price": 12.5, "public": number % 2 == 0, "tags": ["one", "two"],
        "meta": {"source": "bench", "level": number % 9},
    }  # fmt: skip
    return json.dumps(found).encode()


def _turn(server: Running, wanted: Plan, keys: int, count: int) -> tuple[Run, Run]:
    return _timed(server, lambda: _bare(server, wanted, keys, count)), _timed(
        server, lambda: _judged(server, wanted, keys, count)
    )


def _bare(server: Running, wanted: Plan, keys: int, count: int) -> None:
    """The same requests, their values not looked at."""
    reader = Reader(Node(server.address), (wanted,), Pace(count))
    seen = sum(len(batch.values) for batch in reader.batches())
    reader.close()
    assert seen >= keys


def _judged(server: Running, wanted: Plan, keys: int, count: int) -> None:
    tally, seen = observe((Node(server.address),), (wanted,), Watch(Pace(count)))
    assert seen.judged >= keys
    assert list(tally.observed()) == []


def _timed(server: Running, run: object) -> Run:
    assert callable(run)
    wall, client, its = time.perf_counter(), time.process_time(), _cpu(server.process.pid)
    run()
    return Run(time.perf_counter() - wall, time.process_time() - client, _cpu(server.process.pid) - its)


def _cpu(pid: int) -> float:
    """Processor seconds of a process so far."""
    parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def _report(title: str, limit: float, keys: int, turns: list[tuple[Run, Run]]) -> None:
    """As time passes, and by processor time: that hangs on what else the machine does less."""
    bare, judged = (min(run.wall for run in side) for side in zip(*turns, strict=True))
    middle = sorted(one.wall / other.wall for one, other in turns)[len(turns) // 2]
    costs = [[_cost(side, part, keys) for part in ("client", "server")] for side in zip(*turns, strict=True)]
    slower = sum if limit == SHARED else max
    ratio = slower(costs[0]) / slower(costs[1])
    print(f"{title}: bare {keys / bare:,.0f} a second, judged {keys / judged:,.0f}")
    print(f"  ratio {bare / judged:.2f} (best), {middle:.2f} (middle), {ratio:.2f} by processor time; at least {limit}")
    for name, (client, server) in zip(("bare", "judged"), costs, strict=True):
        print(f"  {name:6} {client:.2f} µs of the client's processor a key, {server:.2f} of the server's")


def _cost(runs: tuple[Run, ...], part: str, keys: int) -> float:
    """Microseconds a key, of the cheapest run."""
    found: float = min(getattr(run, part) for run in runs)
    return found / keys * 1e6
