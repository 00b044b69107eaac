"""Every key of a server that some contract is about, with its value: pipelined, two requests in flight, gently."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from pgconform.caching import regex
from pgconform.redis.link import Link, Refused, checked, command, is_error
from pgconform.redis.nodes import Node, server
from pgconform.redis.plan import Plan

COUNT = 100
_COLON = ord(":")
_COMMANDS = {"hash": b"HGETALL", "redisjson": b"JSON.GET"}


class Pace(msgspec.Struct, frozen=True):
    """How hard a server may be worked: ``count`` keys a request, ``load`` the share of time that it works for us."""

    count: int = COUNT
    load: float = 1.0


class Batch(NamedTuple):
    """Some keys of one request: for each the number of its plan, its name, and its value or an error; None: gone."""

    plans: list[int]
    keys: list[bytes]
    values: list[Any]
    scanned: int


class Sorter:
    """Tells which plan a key is of, by its first segment where that is enough."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self._patterns = [(regex(plan.contract.pattern), number) for number, plan in enumerate(plans)]
        ordered = sorted(self._patterns, key=lambda item: _openness(plans[item[1]]))
        self._ordered = [(pattern.fullmatch, number) for pattern, number in ordered]
        self._heads = _heads(plans)

    def sort(self, keys: list[bytes]) -> tuple[list[int], list[bytes]]:
        """The plans' numbers and the keys, of those that have one."""
        heads = self._heads
        if heads is None:
            found = [(number, key) for key in keys if (number := self._of(key)) >= 0]
            return [number for number, _ in found], [key for _, key in found]
        if len(heads) == 1:
            ((first, (number, colons)),) = heads.items()
            start = first + b":"
            kept = [key for key in keys if key.count(b":") == colons and key.startswith(start) and key[-1] != _COLON]
            return [number] * len(kept), kept
        numbers: list[int] = []
        kept = []
        for key in keys:
            head = heads.get(key[: key.find(b":")])
            if head is not None and key.count(b":") == head[1] and key[-1] != _COLON:
                numbers.append(head[0])
                kept.append(key)
        return numbers, kept

    def _of(self, key: bytes) -> int:
        text = key.decode("utf-8", "surrogateescape")
        return next((number for match, number in self._ordered if match(text)), -1)


def _openness(plan: Plan) -> tuple[int, int]:
    """Patterns of more segments, and of fewer parameters, come first."""
    pattern = plan.contract.pattern
    return -pattern.count(":"), pattern.count("{")


def _heads(plans: tuple[Plan, ...]) -> dict[bytes, tuple[int, int]] | None:
    """First segments, each of one plan whose other segments are all parameters; None where that does not tell."""
    found: dict[bytes, tuple[int, int]] = {}
    for number, plan in enumerate(plans):
        head, *rest = plan.contract.pattern.split(":")
        simple = rest and "{" not in head and all(part[:1] == "{" and part[1:-1].isidentifier() for part in rest)
        if not simple or len(rest) > 1 or head.encode() in found:
            return None
        found[head.encode()] = (number, len(rest))
    return found


def reading(node: Node) -> Link:
    """A connection whose reads do not make entries look used, as far as the server knows of that."""
    link = Link(node.address)
    wanted: list[tuple[str, ...]] = [("CLIENT", "NO-TOUCH", "ON"), ("CLIENT", "SETNAME", "pgconform")]
    if node.replica and node.cluster:
        wanted.append(("READONLY",))
    link.ask_all(wanted)
    return link


class Reader:
    """Reads one node. ``before`` and ``after`` are called around every wait, with how long it took."""

    def __init__(self, node: Node, plans: tuple[Plan, ...], pace: Pace = Pace()) -> None:  # noqa: B008
        self.node = node
        self.plans = plans
        self.pace = pace
        self.link = reading(node)
        self.server = server(self.link)

    def batches(self) -> Iterator[Batch]:
        """All batches. While one is looked at, the server works on the next."""
        link, sorter = self.link, Sorter(self.plans)
        scan, mget = self._scan(), not self.node.cluster
        kinds = [_COMMANDS.get(plan.contract.encoding, b"GET") for plan in self.plans]
        plain = mget and all(kind == b"GET" for kind in kinds)
        link.send(scan(b"0"))
        waiting: Batch | None = None
        cursor, keys = checked(link.reply())
        while True:
            started = time.perf_counter()
            more = cursor != b"0"
            numbers, kept = sorter.sort(keys)
            asked = _reads(numbers, kept, kinds, plain=plain)
            link.send(asked + scan(cursor) if more else asked)
            if waiting is not None:
                yield waiting
            values = _values(link, numbers, plain=plain)
            waiting = Batch(numbers, kept, values, len(keys))
            if not more:
                break
            cursor, keys = checked(link.reply())
            self._rest(started)
        yield waiting

    def _scan(self) -> Callable[[bytes], bytes]:
        """Makes the request for the keys at a cursor; of one pattern the server itself picks them out."""
        words: list[Any] = ["COUNT", self.pace.count]
        if len(self.plans) == 1:
            words = ["MATCH", glob(self.plans[0].contract.pattern), *words]
        tail = command("SCAN", "\x00", *words).partition(b"\r\n$1\r\n\x00\r\n")
        return lambda cursor: b"%b\r\n$%d\r\n%b\r\n%b" % (tail[0], len(cursor), cursor, tail[2])

    def _rest(self, started: float) -> None:
        if self.pace.load < 1:
            time.sleep((time.perf_counter() - started) * (1 / self.pace.load - 1))

    def close(self) -> None:
        self.link.close()


def glob(pattern: str) -> str:
    """The pattern as the server's own: everything after the first parameter is left to us."""
    head, brace, _ = pattern.partition("{")
    escaped = "".join(f"\\{letter}" if letter in "*?[]^\\" else letter for letter in head)
    return f"{escaped}*" if brace else escaped


def _reads(numbers: list[int], keys: list[bytes], kinds: list[bytes], *, plain: bool) -> bytes:
    if not keys:
        return b""
    if plain:
        return command(b"MGET", *keys)
    return b"".join([command(kinds[number], key) for number, key in zip(numbers, keys, strict=True)])


def _values(link: Link, numbers: list[int], *, plain: bool) -> list[Any]:
    if not numbers:
        return []
    if not plain:
        return [link.reply() for _ in numbers]
    found = link.reply()
    if is_error(found):
        raise Refused(str(found))
    values: list[Any] = found
    return values
