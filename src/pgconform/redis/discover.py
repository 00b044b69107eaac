"""A sample of a server's keys: their patterns, types, encodings, fields and times to live. Nothing is ever written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec

from pgconform.redis.judge import sniffed
from pgconform.redis.link import Link, Refused, checked, is_error
from pgconform.redis.nodes import Node
from pgconform.redis.scan import STAMPS, Pace, reading
from pgconform.redis.sizes import FIELDS
from pgconform.redis.templates import named, templates

ALLOWED = frozenset({"SCAN", "TYPE", "TTL", "GET", "MGET", "HGETALL", "JSON.GET", "MEMORY"})
LOOKED_AT = 200
LARGEST = 1 << 20


class Family(msgspec.Struct, frozen=True):
    """The keys of one pattern in a sample. ``fields`` are names and how many of the ``looked`` payloads have each.

    ``kinds``: what each field's values are. ``ttl``: the longest time left, None where some have none.
    """

    pattern: str
    count: int
    type: str
    encoding: str
    looked: int = 0
    fields: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[str, str], ...] = ()
    ttl: int | None = None
    size: int = 0


class ReadOnly:
    """A connection that sends only commands which read."""

    def __init__(self, link: Link) -> None:
        self._link = link

    def ask_all(self, commands: list[tuple[Any, ...]]) -> list[Any]:
        for words in commands:
            if words[0] not in ALLOWED:
                raise ValueError(f"{words[0]} is not among the commands that discovery may send")
        return self._link.ask_all(commands)

    def ask(self, *words: Any) -> Any:
        return checked(self.ask_all([words])[0])


def discover(nodes: tuple[Node, ...], pace: Pace, sample: int) -> tuple[list[Family], int]:
    """The families of a sample, the most frequent first, and how many keys were seen."""
    families: dict[str, Family] = {}
    seen = 0
    for node in nodes:
        link = reading(node)
        try:
            server = ReadOnly(link)
            keys = _keys(server, pace, max(sample // len(nodes), 1))
            seen += len(keys)
            for family in _families(server, keys):
                known = families.get(family.pattern)
                families[family.pattern] = _together(known, family) if known else family
        finally:
            link.close()
    return sorted(families.values(), key=lambda item: (-item.count, item.pattern)), seen


def _together(one: Family, other: Family) -> Family:
    return msgspec.structs.replace(one, count=one.count + other.count)


def _keys(server: ReadOnly, pace: Pace, sample: int) -> list[str]:
    found: dict[bytes, None] = {}
    cursor = b"0"
    while len(found) < sample:
        cursor, keys = server.ask("SCAN", cursor, "COUNT", pace.count)
        found.update(dict.fromkeys(keys))
        if cursor == b"0":
            break
    return [key.decode("utf-8", "surrogateescape") for key in found if key != STAMPS]


def _families(server: ReadOnly, keys: list[str]) -> Iterator[Family]:
    for shape, listed in sorted(templates(keys).items()):
        some = sorted(listed)[:: max(len(listed) // LOOKED_AT, 1)][:LOOKED_AT]
        encoded = [key.encode("utf-8", "surrogateescape") for key in some]
        types = Counter(
            reply.decode() for reply in server.ask_all([("TYPE", key) for key in encoded]) if reply != b"none"
        )
        if not types:
            continue
        kind = types.most_common(1)[0][0]
        small = _small(server, encoded)
        encoding, payloads = _payloads(server, kind, small)
        times = [
            left for left in server.ask_all([("TTL", key) for key in encoded]) if isinstance(left, int) and left != -2
        ]
        yield Family(
            pattern=named(shape, [key.decode("utf-8", "surrogateescape") for key in small], payloads),
            count=len(listed),
            type=kind,
            encoding=encoding,
            looked=len([one for one in payloads if one]),
            fields=_fields(payloads),
            kinds=_kinds(payloads),
            ttl=max(times) if times and min(times) >= 0 else None,
            size=_size(server, encoded[0]),
        )


def _small(server: ReadOnly, keys: list[bytes]) -> list[bytes]:
    """The keys whose values are not huge, as far as the server tells."""
    sizes = server.ask_all([("MEMORY", "USAGE", key, "SAMPLES", FIELDS) for key in keys])
    return [key for key, size in zip(keys, sizes, strict=True) if not isinstance(size, int) or size <= LARGEST]


def _size(server: ReadOnly, key: bytes) -> int:
    try:
        return int(server.ask("MEMORY", "USAGE", key) or 0)
    except Refused:
        return 0


_READ = {"string": "GET", "hash": "HGETALL", "ReJSON-RL": "JSON.GET"}


def _payloads(server: ReadOnly, kind: str, keys: list[bytes]) -> tuple[str, list[dict[str, object]]]:
    """How the values are encoded, and what they say where they are objects; an empty one for any other."""
    if kind not in _READ:
        return "", [{} for _ in keys]
    values = [None if is_error(value) else value for value in server.ask_all([(_READ[kind], key) for key in keys])]
    if kind == "hash":
        return "hash", [_hash(value) for value in values]
    decoded = [_decoded(value) for value in values]
    encoding = Counter(name for name, _ in decoded if name).most_common(1)
    name = encoding[0][0] if encoding else "string"
    return "redisjson" if kind == "ReJSON-RL" else name, [payload for _, payload in decoded]


def _hash(value: Any) -> dict[str, object]:
    parts = [part.decode("utf-8", "replace") for part in value or []]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _decoded(value: Any) -> tuple[str, dict[str, object]]:
    if not isinstance(value, bytes):
        return "", {}
    for name, decode in (("json", msgspec.json.decode), ("msgpack", msgspec.msgpack.decode)):
        try:
            found = decode(value)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            continue
        if isinstance(found, dict):
            return name, {str(key): item for key, item in found.items()}
        if name == "json" and isinstance(found, list):
            return "json", {}
    said = sniffed(value)
    return ("string" if said == "plain text" else said), {}


def _fields(payloads: list[dict[str, object]]) -> tuple[tuple[str, int], ...]:
    counted = Counter(name for payload in payloads for name in payload)
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))


def _kinds(payloads: list[dict[str, object]]) -> tuple[tuple[str, str], ...]:
    from pgconform.redis.judge import spoken

    found: dict[str, Counter[str]] = {}
    for payload in payloads:
        for name, value in payload.items():
            if value is not None:
                found.setdefault(name, Counter())[spoken(value)] += 1
    return tuple((name, counts.most_common(1)[0][0]) for name, counts in sorted(found.items()))
