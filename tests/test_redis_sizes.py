"""Entries too large to be fetched: they are known before, or given up while they come, and counted as not judged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from pgconform.caching import Contract
from pgconform.redis import sizes
from pgconform.redis.discover import discover
from pgconform.redis.link import Link
from pgconform.redis.nodes import Node, nodes
from pgconform.redis.observe import Tally, Watch, observe
from pgconform.redis.scan import Batch, Pace, Reader
from tests.redis_server import Running, each_server, running
from tests.test_redis_live import ROW, made

LARGEST = 100_000
HUGE = 10_000_000
ENCODINGS = ["json", "hash"]


@pytest.fixture(scope="module", params=each_server())
def store(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as found:
        yield found


@pytest.fixture
def link(store: Running) -> Iterator[Link]:
    yield from store.emptied()


def put(link: Link, encoding: str, count: int, size: int = 0, first: int = 0) -> None:
    """Entries that conform, with so many bytes in ``meta``."""
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in ROW.items()}
    texts["meta"] = json.dumps("x" * size)
    value = json.dumps({**ROW, "meta": "x" * size})
    pairs = [part for pair in texts.items() for part in pair]
    for n in range(first, first + count):
        link.ask("SET", f"document:{n}", value) if encoding == "json" else link.ask("HSET", f"document:{n}", *pairs)


def looked(store: Running, encoding: str, largest: int = LARGEST) -> tuple[Tally, int, int]:
    """What was found, how many entries were judged, and how many bytes the server sent for that."""
    link = store.link()
    before = sent(link)
    plan = made(Contract("document:{id}", "documents", encoding))
    tally, seen = observe(nodes(store.address), (plan,), Watch(Pace(largest=largest)))
    found = sent(link) - before
    link.close()
    return tally, seen.judged, found


def sent(link: Link) -> int:
    said = link.ask("INFO", "stats").decode()
    return int(said.partition("total_net_output_bytes:")[2].split()[0])


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_huge_entry_is_not_fetched(store: Running, link: Link, encoding: str) -> None:
    put(link, encoding, 200)
    put(link, encoding, 2, HUGE, first=900)
    tally, judged, received = looked(store, encoding)
    ((plan, count, examples),) = tally.large()
    assert (plan.contract.pattern, count, set(examples)) == ("document:{id}", 2, {"document:900", "document:901"})
    assert (judged, list(tally.observed())) == (200, [])
    assert received < HUGE / 10


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_one_that_comes_when_all_were_small_is_given_up(
    store: Running, link: Link, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sizes of two entries are asked for; the others are small, but for one somewhere among them."""
    monkeypatch.setattr(sizes, "LEARNT", 2)
    monkeypatch.setattr(sizes, "_TOGETHER", 1 << 20)
    put(link, encoding, 1000)
    put(link, encoding, 3, HUGE, first=2000)
    tally, judged, received = looked(store, encoding)
    ((_, count, _),) = tally.large()
    assert (count, judged, list(tally.observed())) == (3, 1000, [])
    assert received < 2 * HUGE


def test_a_hash_that_hides_its_size_is_given_up(store: Running, link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server tells the size of a hash by some of its fields: the one that is huge is not always among them."""
    monkeypatch.setattr(sizes, "_TOGETHER", 1)
    for key in range(8):
        link.ask_all([("HSET", f"document:{key}", f"f{n}", n) for n in range(600)])
        link.ask("HSET", f"document:{key}", "huge", "x" * HUGE)
    plan = made(Contract("document:{id}", "documents", "hash"))
    reader = Reader(Node(store.address), (plan,), Pace(largest=LARGEST))
    found = list(reader.batches())
    assert len({key for batch in found for _, key in batch.large}) == 8
    assert not any(batch.values for batch in found)
    reader.close()


def test_many_that_are_large_are_read_a_few_at_a_time(
    store: Running, link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "_TOGETHER", 1)
    put(link, "json", 40, LARGEST - 1000)
    reader = Reader(Node(store.address), (made(Contract("document:{id}", "documents")),), Pace(largest=LARGEST))
    found: list[Batch] = list(reader.batches())
    reader.close()
    assert sum(len(batch.values) for batch in found) == 40
    assert max(sum(map(len, batch.values)) for batch in found) <= 4 * LARGEST


def test_whatever_there_is_is_read_where_that_is_asked_for(store: Running, link: Link) -> None:
    put(link, "json", 1, HUGE)
    tally, judged, received = looked(store, "json", largest=0)
    assert (judged, list(tally.large())) == (1, [])
    assert received > HUGE


def test_small_entries_cost_no_further_requests(store: Running, link: Link) -> None:
    """So many sizes are asked for as are needed to know, and no more."""
    put(link, "json", 5000)
    link.ask("CONFIG", "RESETSTAT")
    looked(store, "json")
    said = link.ask("INFO", "commandstats").decode()
    calls = int(said.partition("cmdstat_strlen:calls=")[2].partition(",")[0])
    assert sizes.LEARNT <= calls <= sizes.LEARNT + 200


def test_discovery_reads_no_huge_entry(store: Running, link: Link) -> None:
    put(link, "hash", 30)
    put(link, "hash", 30, HUGE, first=900)
    before = sent(link)
    (family,), seen = discover(nodes(store.address), Pace(), 1000)
    assert (family.pattern, family.looked, seen) == ("document:{document_id}", 30, 60)
    assert sent(link) - before < HUGE
