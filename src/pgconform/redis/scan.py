"""Every key of a server that some contract is about, with its value: pipelined, two requests in flight, gently."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec

from pgconform.caching import regex
from pgconform.redis.link import Link, TooLongError, checked, command
from pgconform.redis.nodes import Node, server
from pgconform.redis.plan import Plan
from pgconform.redis.sizes import LARGEST, Portion, Sizes

COUNT = 100
STAMPS = b"pgconform:contracts"
"""The hash of our own that says which patterns are current: it is nobody's entry."""
_COLON = ord(":")
_COMMANDS = {"hash": b"HGETALL", "redisjson": b"JSON.GET"}


class Pace(msgspec.Struct, frozen=True):
    """How hard a server may be worked: ``count`` keys a request, ``load`` the share of time that it works for us.

    Values of more than ``largest`` bytes are not fetched; 0: all are.
    """

    count: int = COUNT
    load: float = 1.0
    largest: int = LARGEST


class Batch(NamedTuple):
    """Some keys of one request: for each the number of its plan, its name, and its value or an error; None: gone.

    ``scanned`` keys came for them, about ``passed`` were gone through; ``large`` are those whose values are too large.
    """

    plans: list[int]
    keys: list[bytes]
    values: list[Any]
    large: list[tuple[int, bytes]]
    scanned: int = 0
    passed: int = 0


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
    """Reads one node, with two requests in flight."""

    def __init__(self, node: Node, plans: tuple[Plan, ...], pace: Pace = Pace()) -> None:  # noqa: B008
        self.node = node
        self.plans = plans
        self.pace = pace
        self._sizes = Sizes(plans, pace.largest)
        self._kinds = [_COMMANDS.get(plan.contract.encoding, b"GET") for plan in plans]
        self._plain = not node.cluster and all(kind == b"GET" for kind in self._kinds)
        self._alone = len(plans) == 1
        self._connect()
        self.server = server(self.link)

    def _connect(self) -> None:
        self.link = reading(self.node)
        self.link.most = self._sizes.reply

    def batches(self) -> Iterator[Batch]:
        """All batches. While one is looked at, the server works on the next."""
        sorter, scan = Sorter(self.plans), self._scan()
        self.link.send(scan(b"0"))
        waiting: Batch | None = None
        cursor, keys = checked(self.link.reply())
        more = True
        while more:
            started = time.perf_counter()
            more = cursor != b"0"
            *first, last = self._sizes.portions(self.link, *sorter.sort(keys))
            for portion in first:
                yield from self._read(portion)
            following = scan(cursor) if more else b""
            self.link.send(self._reads(last) + following)
            if waiting is not None:
                yield waiting
            try:
                waiting = self._batch(last, keys)
            except TooLongError:
                yield from self._anew(last)
                waiting = self._batch(Portion([], [], last.large), keys)
                self.link.send(following)
            if more:
                cursor, keys = checked(self.link.reply())
                self._rest(started)
        if waiting is not None:
            yield waiting

    def _batch(self, portion: Portion, keys: list[bytes]) -> Batch:
        """A portion's values; the server itself passes over keys that match nothing, and does not say how many."""
        scanned = len(keys) - keys.count(STAMPS)
        passed = max(scanned, self.pace.count) if self._alone else scanned
        return Batch(portion.plans, portion.keys, self._values(portion), portion.large, scanned, passed)

    def _read(self, portion: Portion) -> Iterator[Batch]:
        """A portion by itself."""
        self.link.send(self._reads(portion))
        try:
            yield Batch(portion.plans, portion.keys, self._values(portion), portion.large)
        except TooLongError:
            yield from self._anew(portion)

    def _anew(self, portion: Portion) -> Iterator[Batch]:
        """The entries of a portion whose reply grew too long, one at a time."""
        self.link.close()
        self._connect()
        self._sizes.doubt(portion.plans)
        for number, key in zip(portion.plans, portion.keys, strict=True):
            (alone,) = self._sizes.portions(self.link, [number], [key])
            self.link.send(self._reads(alone))
            try:
                yield Batch(alone.plans, alone.keys, self._values(alone), alone.large)
            except TooLongError:
                self.link.close()
                self._connect()
                yield Batch([], [], [], [(number, key)])

    def _reads(self, portion: Portion) -> bytes:
        if not portion.keys:
            return b""
        if self._plain:
            return command(b"MGET", *portion.keys)
        kinds = self._kinds
        pairs = zip(portion.plans, portion.keys, strict=True)
        return b"".join([command(kinds[number], key) for number, key in pairs])

    def _values(self, portion: Portion) -> list[Any]:
        if not portion.keys:
            return []
        if not self._plain:
            return [self.link.reply() for _ in portion.keys]
        values: list[Any] = checked(self.link.reply())
        return values

    def _scan(self) -> Callable[[bytes], bytes]:
        """Makes the request for the keys at a cursor; of one pattern the server itself picks them out."""
        words: list[Any] = ["COUNT", self.pace.count]
        if self._alone:
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
