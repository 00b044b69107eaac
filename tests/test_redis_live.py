"""Live checks on real servers of both kinds: what is wrong is counted and named, what conforms is left in peace."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import threading
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pgconform.caching import Contract, Observed, Part
from pgconform.errors import Problem
from pgconform.pairs.world import World
from pgconform.redis.address import Address, parse
from pgconform.redis.discover import ReadOnly, discover
from pgconform.redis.link import Link, Refused, command
from pgconform.redis.nodes import Node, nodes, server
from pgconform.redis.observe import Seen, Watch, observe
from pgconform.redis.plan import Plan, plan
from pgconform.redis.scan import Pace, Sorter, glob
from pgconform.redis.templates import templates
from pgconform.schema import Relation, Schema
from pgconform.shape import Array, Field, Labels, Scalar
from tests.redis_server import SERVERS, Running, each_server, free_port, programs, running, until

DOCUMENTS = Relation(
    "documents",
    "public",
    fields=(
        Field("id", Scalar("int4"), nullable=False),
        Field("title", Scalar("varchar", (20,)), nullable=True),
        Field("status", Labels(("draft", "done")), nullable=False),
        Field("price", Scalar("numeric"), nullable=True),
        Field("seen_at", Scalar("timestamptz"), nullable=False),
        Field("tags", Array(Scalar("text")), nullable=False),
        Field("meta", Scalar("jsonb"), nullable=False),
    ),
)
WORLD = World(Schema(relations=(DOCUMENTS,)))
ROW = {
    "id": 1, "title": "a", "status": "done", "price": 1.5, "seen_at": "2024-01-01T00:00:00.5+00:00", "tags": ["x"],
    "meta": {"a": [1]},
}  # fmt: skip


def made(contract: Contract) -> Plan:
    return plan(contract, WORLD)


ROWS = made(Contract("document:{id}", "documents", evictable=True))


@pytest.fixture(scope="module", params=each_server())
def store(request: pytest.FixtureRequest) -> Iterator[Running]:
    with running(request.param) as found:
        yield found


@pytest.fixture
def link(store: Running) -> Iterator[Link]:
    yield from store.emptied()


def seen(store: Running, *plans: Plan, watch: Watch = Watch()) -> tuple[list[Observed], Seen]:  # noqa: B008
    tally, found = observe(nodes(store.address), plans, watch)
    return list(tally.observed()), found


def wrong(store: Running, *plans: Plan) -> set[tuple[str, str, str]]:
    return {(item.kind, item.field, item.said) for item in seen(store, *plans)[0]}


def put(link: Link, **changes: Any) -> None:
    link.ask("SET", "document:1", json.dumps({**ROW, **changes}))


@pytest.mark.parametrize("name", sorted(programs()))
def test_the_servers_that_tests_are_run_on(name: str) -> None:
    if not programs()[name]:
        pytest.skip(f"that server is not here; more can be named in {SERVERS}")
    with running(programs()[name]) as found:
        said = server(found.link())
        assert (said.product in ("Redis", "Valkey"), said.version > (6,), said.mode) == (True, True, "standalone")


def test_what_conforms_gives_nothing(store: Running, link: Link) -> None:
    link.ask_all([("SET", f"document:{n}", json.dumps({**ROW, "id": n})) for n in range(500)])
    link.ask("SET", "other:1", "x")
    found, counted = seen(store, ROWS)
    assert found == []
    assert (counted.judged, counted.wrong) == (500, 0)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"id": "1"}, ("form", "id", "a whole number as text")),
        ({"id": 3_000_000_000}, ("value", "id", "a whole number out of its range")),
        ({"id": None}, ("null", "id", "null")),
        ({"id": "None"}, ("sentinel", "id", '"None"')),
        ({"title": "x" * 21}, ("form", "title", "a text that is too long")),
        ({"title": 5}, ("value", "title", "a number")),
        ({"status": "gone"}, ("label", "status", "gone")),
        ({"status": ""}, ("sentinel", "status", '""')),
        ({"price": "1.50"}, ("form", "price", "a number as text")),
        ({"price": "cheap"}, ("value", "price", "a text")),
        ({"seen_at": 1_700_000_000}, ("form", "seen_at", "a number")),
        ({"seen_at": "2024-01-01 00:00:00+00"}, ("form", "seen_at", "a moment as text")),
        ({"seen_at": "2024-01-01T00:00:00"}, ("form", "seen_at", "a moment as text")),
        ({"seen_at": "yesterday"}, ("value", "seen_at", "a text")),
        ({"tags": "x"}, ("value", "tags", "a text")),
        ({"tags": [1]}, ("value", "tags", "an array")),
        ({"gone": 1}, ("column", "gone", "")),
    ],
)
def test_what_is_wrong_is_named_by_field(
    store: Running, link: Link, changes: dict[str, Any], expected: tuple[str, str, str]
) -> None:
    put(link, **changes)
    assert wrong(store, ROWS) == {expected}


@pytest.mark.parametrize(
    "changes",
    [
        {"title": None}, {"price": None}, {"price": 10**20}, {"price": "NaN"}, {"seen_at": "infinity"}, {"meta": None},
        {"seen_at": "0044-03-15T12:00:00+00:00 BC"}, {"tags": [None]}, {"seen_at": "2024-01-01T00:00:00Z"},
    ],
)  # fmt: skip
def test_what_postgres_itself_writes_conforms(store: Running, link: Link, changes: dict[str, Any]) -> None:
    put(link, **changes)
    assert wrong(store, ROWS) == set()


def test_entries_of_other_types_and_encodings(store: Running, link: Link) -> None:
    values = {"1": pickle.dumps(ROW), "2": b"\x1f\x8b123", "3": b"", "4": b"hello", "5": b"[1]", "6": b"\xff\xfe\x00"}
    link.ask_all([("SET", f"document:{key}", value) for key, value in values.items()])
    link.ask_all([("HSET", "document:7", "a", "b"), ("RPUSH", "document:8", "x")])
    assert wrong(store, ROWS) == {
        ("pickle", "", "pickle"), ("encoding", "", "compressed (gzip)"), ("encoding", "", "nothing"),
        ("encoding", "", "plain text"), ("encoding", "", "an array"), ("encoding", "", "other bytes"),
        ("type", "", "hash"), ("type", "", "list"),
    }  # fmt: skip


class Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path("/tmp/pgconform-was-unpickled").touch, ())


def test_a_pickle_is_never_loaded(store: Running, link: Link) -> None:
    link.ask("SET", "document:1", pickle.dumps(Bomb()))
    assert wrong(store, ROWS) == {("pickle", "", "pickle")}
    assert not Path("/tmp/pgconform-was-unpickled").exists()


def test_hashes_hold_texts(store: Running, link: Link) -> None:
    held = made(
        Contract("doc:{id}", "documents", "hash", tuple(Part(name, name) for name in ("id", "status", "seen_at")))
    )
    link.ask("HSET", "doc:1", "id", "1", "status", "done", "seen_at", "2024-01-01 00:00:00+00")
    assert wrong(store, held) == set()
    link.ask("HSET", "doc:1", "id", "x", "status", "old", "more", "1")
    link.ask("HDEL", "doc:1", "seen_at")
    assert wrong(store, held) == {
        ("value", "id", "a text"), ("label", "status", "old"), ("field", "more", ""), ("missing", "seen_at", ""),
    }  # fmt: skip
    link.ask("SET", "doc:2", "{}")
    assert ("type", "", "string") in wrong(store, held)


def test_msgpack_and_strings(store: Running, link: Link) -> None:
    packed = made(Contract("m:{id}", "documents", "msgpack", (Part("id", "id"), Part("n"))))
    plain = made(Contract("s:{id}", "documents", "string", (Part("value", "id"),)))
    link.ask("SET", "m:1", msgspec.msgpack.encode({"id": 1, "n": "anything"}))
    link.ask("SET", "s:1", "12")
    assert wrong(store, packed, plain) == set()
    link.ask("SET", "m:1", msgspec.msgpack.encode({"id": "1", "n": None}))
    link.ask("SET", "s:1", "None")
    assert wrong(store, packed, plain) == {("form", "id", "a whole number as text"), ("sentinel", "value", '"None"')}


def test_times_to_live_and_versions(store: Running, link: Link) -> None:
    bounded = made(Contract("t:{id}", "documents", "json", (Part("id", "id"),), max_ttl=60, version="v"))
    link.ask("SET", "t:1", '{"id": 1, "v": 3}', "EX", 50)
    assert wrong(store, bounded) == set()
    link.ask_all([("SET", "t:2", '{"id": 1}'), ("SET", "t:3", '{"id": 1, "v": 3}', "EX", 500)])
    assert wrong(store, bounded) == {("version", "v", ""), ("ttl", "", "none"), ("ttl", "", "more")}


def test_every_time_to_live_of_a_small_cache_is_asked_for(store: Running, link: Link) -> None:
    bounded = made(Contract("t:{id}", "documents", "json", (Part("id", "id"),), max_ttl=60))
    link.ask_all([("SET", f"t:{n}", '{"id": 1}', "EX", 50) for n in range(3000)])
    link.ask("PERSIST", "t:1234")
    (found,) = seen(store, bounded)[0]
    assert (found.kind, found.said, found.count, found.total, found.examples) == ("ttl", "none", 1, 3000, ("t:1234",))


def test_counts_and_examples_are_bounded(store: Running, link: Link) -> None:
    link.ask_all([("SET", f"document:{n}", json.dumps({**ROW, "status": f"s{n}"})) for n in range(1000)])
    found, counted = seen(store, ROWS)
    assert len(found) <= 201
    assert sum(item.count for item in found) == counted.wrong == 1000
    assert all(len(item.examples) <= 3 and item.total == 1000 for item in found)


def test_a_sample_is_enough(store: Running, link: Link) -> None:
    link.ask_all([("SET", f"document:{n}", json.dumps(ROW)) for n in range(3000)])
    _, counted = seen(store, ROWS, watch=Watch(Pace(count=100), sample=500))
    assert 500 <= counted.judged < 1000


def test_keys_that_change_meanwhile_are_no_error(store: Running, link: Link) -> None:
    link.ask_all([("SET", f"document:{n}", json.dumps(ROW)) for n in range(5000)])
    over = threading.Event()

    def disturb() -> None:
        other = store.link()
        n = 0
        while not over.is_set():
            n = (n + 7) % 5000
            other.ask_all([("DEL", f"document:{n}"), ("SET", f"document:{n + 1}", json.dumps(ROW))])
        other.close()

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        for _ in range(5):
            found, _ = seen(store, ROWS)
            assert found == []
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize("encoding", ["json", "hash"])
def test_entries_that_go_before_they_are_read_are_no_error(store: Running, link: Link, encoding: str) -> None:
    keys = [f"document:{n}" for n in range(500)]
    texts = {name: value if isinstance(value, str) else json.dumps(value) for name, value in ROW.items()}
    pairs = [part for pair in texts.items() for part in pair]
    link.ask_all([("SET", key, json.dumps(ROW)) if encoding == "json" else ("HSET", key, *pairs) for key in keys])
    plans = (made(Contract("document:{id}", "documents", encoding)),)

    def gone(_seen: Seen, _total: int) -> None:
        link.ask("UNLINK", *keys)

    found, counted = seen(store, *plans, watch=Watch(tell=gone))
    assert found == []
    assert counted.gone > 0


def test_a_slow_pace_takes_longer_and_others_are_measured(store: Running, link: Link) -> None:
    link.ask_all([("SET", f"document:{n}", json.dumps(ROW)) for n in range(3000)])
    quick = min(seen(store, ROWS)[1].seconds for _ in range(3))
    _, slow = seen(store, ROWS, watch=Watch(Pace(load=0.1)))
    assert slow.seconds > 3 * quick
    assert slow.waits.before is not None


def test_entries_do_not_look_used(link: Link, store: Running) -> None:
    if server(link).product != "Valkey" and server(link).version < (7, 2):
        pytest.skip("a Redis before 7.2 lets nobody read without a trace")
    link.ask("SET", "document:1", json.dumps(ROW))
    time.sleep(2.1)  # the server counts whole seconds
    unused = link.ask("OBJECT", "IDLETIME", "document:1")
    seen(store, ROWS)
    assert link.ask("OBJECT", "IDLETIME", "document:1") >= unused >= 1


def test_keys_are_sorted_by_pattern() -> None:
    several = [made(Contract(pattern)) for pattern in ("a:{x}", "b:{x}", "a:{x}:{y|z}", "a:all")]
    keys = [b"a:1", b"b:1", b"a:1:y", b"a:1:q", b"a:all", b"c:1", b"b:", b"\xff:1"]
    numbers, kept = Sorter(tuple(several)).sort(keys)
    assert list(zip(numbers, kept, strict=True)) == [(0, b"a:1"), (1, b"b:1"), (2, b"a:1:y"), (3, b"a:all")]
    quick = Sorter(tuple(several[:2]))
    assert quick.sort(keys)[1] == [b"a:1", b"b:1", b"a:all"]
    assert glob("a[1]*:{x}") == "a\\[1\\]\\*:*"


def test_acl_users_and_refusals(store: Running, link: Link, tmp_path: Path) -> None:
    link.ask("SET", "document:1", json.dumps(ROW))
    link.ask("ACL", "SETUSER", "reader", "on", ">secret", "~document:*", "+@read", "+@connection", "+info", "+scan")
    address = msgspec.structs.replace(store.address, user="reader", password="secret")
    tally, counted = observe(nodes(address), (ROWS,), Watch())
    assert (counted.judged, list(tally.observed())) == (1, [])
    with pytest.raises(Problem, match="refused"):
        Link(msgspec.structs.replace(address, password="wrong"))
    other = Link(address)
    with pytest.raises(Refused, match="NOPERM"):
        other.ask("SET", "document:1", "x")
    other.close()


def test_an_unreachable_server_is_one_sentence() -> None:
    with pytest.raises(Problem, match=r"cannot reach redis://127\.0\.0\.1:1/0 "):
        Link(parse("redis://:secret@127.0.0.1:1/0"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("redis://", Address()),
        ("rediss://u:p%40@h:1/3?ssl_cert_reqs=none", Address("h", 1, "", "u", "p@", 3, True, verify=False)),
        ("unix:///run/r.sock?db=2", Address(path="/run/r.sock", database=2)),
        ("redis+sentinel://a:1,b/main/4", Address("a", 1, database=4, master="main", others=(("b", 26379),))),
        ("redis://[::1]:7/0", Address("::1", 7)),
    ],
)
def test_addresses(url: str, expected: Address) -> None:
    assert parse(url) == expected


@pytest.mark.parametrize("url", ["http://x", "redis://h/x", "redis+sentinel://h"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Problem):
        parse(url)


def test_discovery_infers_patterns_and_only_reads(store: Running, link: Link) -> None:
    for n in range(300):
        row = {**ROW, "id": n, "extra": n}
        link.ask_all([
            ("SET", f"v2:doc:{n}", json.dumps(row), "EX", 100),
            ("HSET", f"user:{n:08x}-0000-4000-8000-000000000000:profile", "name", "x"),
            ("SET", f"lang:{['en', 'de', 'fr'][n % 3]}", "text"),
        ])  # fmt: skip
    families, count = discover(nodes(store.address), Pace(), 10_000)
    assert count == 603
    found = {family.pattern: family for family in families}
    assert set(found) == {"v2:doc:{id}", "user:{user_id}:profile", "lang:en", "lang:de", "lang:fr"}
    assert (found["v2:doc:{id}"].encoding, found["v2:doc:{id}"].ttl) == ("json", 100)
    assert found["user:{user_id}:profile"].encoding == "hash"
    with pytest.raises(ValueError, match="SET is not among"):
        ReadOnly(link).ask("SET", "a", "b")


def test_names_of_few_values_are_part_of_the_pattern() -> None:
    words = [f"b:{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(99)]
    keys = [f"a:{name}:{n}" for name in ("x", "y") for n in range(50)] + words
    assert set(templates(keys)) == {("a", "x", "\x00"), ("a", "y", "\x00"), ("b", "\x00")}


def test_the_tags_of_a_cluster_s_keys_are_part_of_the_pattern(store: Running, link: Link) -> None:
    held = made(Contract("document:{{id}}:all", "documents"))
    link.ask_all([("SET", f"document:{{{n}}}:all", json.dumps({**ROW, "id": n})) for n in range(30)])
    link.ask_all([("SET", f"of:{{u{chr(97 + n)}}}", "y") for n in range(25)])
    families, _ = discover(nodes(store.address), Pace(), 1000)
    assert {family.pattern for family in families} == {"document:{{id}}:all", "of:{{of_id}}"}
    assert wrong(store, held) == set()
    link.ask("SET", "document:{7}:all", json.dumps({**ROW, "id": "x"}))
    assert wrong(store, held) == {("value", "id", "a text")}


def test_a_server_says_what_it_is_to_a_user_that_may_not_ask_for_info(store: Running, link: Link) -> None:
    link.ask("SET", "document:1", json.dumps(ROW))
    link.ask("ACL", "SETUSER", "blind", "reset", "on", ">secret", "~*", "+@all", "-info", "-dbsize")
    blind = Link(msgspec.structs.replace(store.address, user="blind", password="secret"))
    told, known = server(blind), server(link)
    assert (told.product, told.version, told.mode, told.role) == (known.product, known.version, known.mode, known.role)
    blind.close()


CLUSTER = ("--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-node-timeout", "2000")


@pytest.mark.parametrize("program", each_server())
def test_a_cluster_is_read_node_by_node(program: str) -> None:
    ports = (free_port(), free_port())
    with running(program, *CLUSTER, port=ports[0]) as one, running(program, *CLUSTER, port=ports[1]) as other:
        links = [one.link(), other.link()]
        links[0].ask("CLUSTER", "ADDSLOTS", *range(8192))
        links[1].ask("CLUSTER", "ADDSLOTS", *range(8192, 16384))
        links[0].ask("CLUSTER", "MEET", "127.0.0.1", ports[1])
        until(
            lambda: (
                b"cluster_known_nodes:2" in links[0].ask("CLUSTER", "INFO")
                and b"state:ok" in links[0].ask("CLUSTER", "INFO")
            )
        )
        until(lambda: b"state:ok" in links[1].ask("CLUSTER", "INFO"))
        for n in range(200):
            value = json.dumps(ROW if n % 10 else {**ROW, "id": "x"})
            for held in links:
                try:
                    held.ask("SET", f"document:{n}", value)
                except Refused as refused:
                    assert refused.code == "MOVED"
        links[0].ask("ACL", "SETUSER", "blind", "on", ">secret", "~*", "+@all", "-info")
        assert len(nodes(msgspec.structs.replace(one.address, user="blind", password="secret"), replicas=False)) == 2
        found = nodes(one.address)
        assert len(found) == 2
        tally, counted = observe(found, (ROWS,), Watch())
        assert counted.judged == 200
        assert [(item.kind, item.count) for item in tally.observed()] == [("value", 20)]


@pytest.mark.parametrize("program", each_server())
def test_a_replica_in_a_cluster_is_read_only_when_it_is_in_step(program: str) -> None:
    """The bus between the nodes says that it is connected long before it has a single key."""
    ports = (free_port(), free_port())
    with (
        running(program, *CLUSTER, "--requirepass", "pw", "--repl-diskless-sync-delay", "0", port=ports[0]) as one,
        running(program, *CLUSTER, port=ports[1]) as other,
    ):
        address = msgspec.structs.replace(one.address, password="pw")
        primary, follower = Link(address), other.link()
        primary.ask("CLUSTER", "ADDSLOTS", *range(16384))
        primary.ask("CLUSTER", "MEET", "127.0.0.1", ports[1])
        until(lambda: b"cluster_known_nodes:2" in follower.ask("CLUSTER", "INFO"))
        known = primary.ask("CLUSTER", "MYID")
        until(lambda: follower.ask_all([("CLUSTER", "REPLICATE", known)]) == [b"OK"])
        until(lambda: b"slave" in primary.ask("CLUSTER", "NODES"))
        assert [(node.address.port, node.replica) for node in nodes(address)] == [(ports[0], False)]
        follower.ask("CONFIG", "SET", "masterauth", "pw")
        follower.ask("CONFIG", "SET", "requirepass", "pw")
        until(lambda: b"master_link_status:up" in follower.ask("INFO", "replication"))
        assert nodes(address) == (Node(address.at("127.0.0.1", ports[1]), replica=True, cluster=True),)


@pytest.mark.parametrize("program", each_server())
@pytest.mark.parametrize(
    ("server_s", "own", "said"),
    [("", "", ""), ("pw", "pw", ":pw@"), ("pw", "", ":pw@"), ("pw", "other", ":pw@?sentinel_password=other")],
)
def test_sentinels_name_the_server(program: str, tmp_path: Path, server_s: str, own: str, said: str) -> None:
    ports = (free_port(), free_port())
    user, _, query = said.partition("?")
    options = ["--requirepass", server_s] if server_s else []
    with running(program, *options, port=ports[0], url=f"redis://{user}127.0.0.1:{ports[0]}/0") as one:
        one.link().ask("SET", "document:1", json.dumps(ROW))
        config = tmp_path / "sentinel.conf"
        lines = [f"port {ports[1]}", "bind 127.0.0.1", f"sentinel monitor main 127.0.0.1 {ports[0]} 1"]
        lines += [f"requirepass {own}"] if own else []
        lines += [f"sentinel auth-pass main {server_s}"] if server_s else []
        config.write_text("\n".join(lines) + "\n", encoding="utf-8")
        process = subprocess.Popen([program, str(config), "--sentinel"], stdout=subprocess.DEVNULL, cwd=tmp_path)
        try:
            address = parse(f"redis+sentinel://{user}127.0.0.1:1,127.0.0.1:{ports[1]}/main?{query}")
            until(lambda: _reached(address))
            (node,) = nodes(address)
            assert node.address.port == ports[0]
            with pytest.raises(Problem, match="knows no group"):
                nodes(msgspec.structs.replace(address, master="other"))
        finally:
            process.kill()
            process.wait()


def _reached(address: Address) -> bool:
    try:
        return bool(nodes(address))
    except Problem:
        return False


@pytest.mark.parametrize("program", each_server())
def test_a_replica_that_is_in_step_is_read_rather_than_its_primary(program: str) -> None:
    ports = (free_port(), free_port())
    following = ("--replicaof", "127.0.0.1", str(ports[0]))
    with (
        running(program, "--repl-diskless-sync-delay", "0", port=ports[0]) as primary,
        running(program, *following, port=ports[1]) as follower,
    ):
        link = primary.link()
        link.ask("SET", "document:1", json.dumps({**ROW, "id": "x"}))
        until(lambda: nodes(primary.address)[0].replica)
        (node,) = nodes(primary.address)
        assert (node.address.port, node.replica) == (ports[1], True)
        assert nodes(primary.address, replicas=False)[0].address.port == ports[0]
        until(lambda: follower.link().ask("DBSIZE") == 1)
        tally, counted = observe((node,), (ROWS,), Watch())
        assert counted.judged == 1
        assert [item.field for item in tally.observed()] == ["id"]


def test_memory_does_not_grow_with_the_keys(store: Running, link: Link) -> None:
    """Four times the keys, each of them wrong, take no more memory."""
    peaks = []
    for count in (2_000, 8_000):
        rows = [("SET", f"document:{n}", json.dumps({**ROW, "id": f"x{n}"})) for n in range(count)]
        link.ask_all(rows)
        del rows
        tracemalloc.start()
        _, counted = seen(store, ROWS)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert counted.wrong == count
    assert peaks[1] < peaks[0] + 400_000


def test_hiredis_missing_is_one_sentence() -> None:
    code = """
import sys
sys.modules["hiredis"] = None
try:
    import pgconform.redis.link
except Exception as error:
    print(type(error).__name__, error.help)
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "Problem install it:  pip install 'pgconform[redis]'" in said


def test_commands_are_bytes() -> None:
    assert command("GET", "ä") == b"*2\r\n$3\r\nGET\r\n$2\r\n\xc3\xa4\r\n"
