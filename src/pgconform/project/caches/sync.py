"""A cache brought back in line: entries that do not conform are dropped, or written anew from their rows."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any, NamedTuple

import msgspec

from pgconform.caching import Contract
from pgconform.config import Project
from pgconform.project.caches.check import Ground, LiveAsk, address_of, ground, pace
from pgconform.project.caches.rows import able, payload, rows_of
from pgconform.redis.judge import Wrong, conforms
from pgconform.redis.link import Link, Refused, Word
from pgconform.redis.mend import Commands, Decide, Entry, Outcome, evicted, settle
from pgconform.redis.nodes import Node, keys_of, nodes
from pgconform.redis.observe import Seen, Tally, Watch, observe
from pgconform.redis.options import Action
from pgconform.redis.plan import Plan
from pgconform.redis.progress import far
from pgconform.redis.scan import STAMPS
from pgconform.support.digests import hexadecimal
from pgconform.support.telling import Tell

_REMAINING = frozenset({"would be refreshed", "would be evicted", "left", "changed"})


class SyncAsk(msgspec.Struct, frozen=True):
    """``action``: what happens to entries that do not conform. ``write`` False: nothing, it is only counted.

    ``again``: also patterns whose stamp says that they are current. ``per_second`` entries are changed at most.
    """

    live: LiveAsk
    action: Action = "report"
    write: bool = False
    again: bool = False
    per_second: int = 1000


class Synced(msgspec.Struct, frozen=True):
    """What became of the entries of one pattern; ``outcomes`` as `pgconform.redis.mend.settle` says them.

    ``current``: its stamp said so, and it was passed over. ``evictable`` False: its entries are not to be dropped.
    ``large`` entries were not looked at, for they are too large to be fetched.
    """

    pattern: str
    judged: int = 0
    wrong: int = 0
    outcomes: dict[str, int] = {}
    current: bool = False
    evictable: bool = False
    large: int = 0

    @property
    def remaining(self) -> int:
        """Entries that still do not conform, or did not when they were last looked at."""
        return sum(count for name, count in self.outcomes.items() if name in _REMAINING)

    @property
    def settled(self) -> bool:
        """Every entry was looked at, and conforms."""
        return not self.remaining and not self.large


def sync_caches(project: Project, ask: SyncAsk, tell: Tell = lambda _: None) -> tuple[Synced, ...]:
    """Every pattern with what became of its entries. What conforms is not touched; whoever writes meanwhile wins.

    It can be stopped anywhere and run again. Raises `Problem` where server, truth or rows cannot be reached.
    """
    return synced(project, ask, ground(project, ask.live, tell), tell)


def synced(project: Project, ask: SyncAsk, held: Ground, tell: Tell = lambda _: None) -> tuple[Synced, ...]:
    """The same against a truth that was read already."""
    found = nodes(address_of(project, ask.live.url), replicas=ask.action == "report" and not ask.live.primary)
    stamps = {plan.contract.pattern: stamp(plan) for plan in held.plans}
    known = _stamped(found[0])
    current = {name for name in stamps if known.get(name) == stamps[name] and not ask.again}
    plans = tuple(plan for plan in held.plans if plan.contract.pattern not in current)
    settled = _settled(_Job(project, ask, held), found, plans, tell) if plans else ()
    if ask.write and not ask.live.sample:
        _stamp(found[0], {item.pattern: stamps[item.pattern] for item in settled if item.settled})
    passed = (Synced(name, current=True) for name in current)
    return tuple(sorted((*settled, *passed), key=lambda item: item.pattern))


def stamp(plan: Plan) -> str:
    """A digest of what entries of a contract must be: the same as long as neither it nor its columns change."""
    contract = msgspec.structs.replace(plan.contract, at=None, parts=(), min_ttl=None, max_ttl=None)
    fields = [msgspec.structs.replace(field, annotation=None) for field in plan.fields]
    return hexadecimal(msgspec.json.encode((contract, fields)))[:16]


class _Count:
    """What became of the entries of each pattern so far."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self.plans = plans
        self.judged: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.large: Counter[str] = Counter()
        self.outcomes: dict[str, Counter[str]] = {plan.contract.pattern: Counter() for plan in plans}

    def add(self, plan: Plan, outcome: Outcome) -> None:
        self.wrong[plan.contract.pattern] += 1
        self.outcomes[plan.contract.pattern][outcome] += 1

    def take(self, tally: Tally) -> None:
        """What was looked at on one node."""
        for plan, total in zip(self.plans, tally.totals, strict=True):
            self.judged[plan.contract.pattern] += total
        for plan, many, _ in tally.large():
            self.large[plan.contract.pattern] += many

    def told(self) -> tuple[Synced, ...]:
        return tuple(self._of(plan.contract) for plan in self.plans)

    def _of(self, contract: Contract) -> Synced:
        name = contract.pattern
        outcomes = dict(self.outcomes[name])
        counts = (self.judged[name], self.wrong[name], outcomes)
        return Synced(name, *counts, evictable=contract.evictable, large=self.large[name])


def _settled(job: _Job, found: tuple[Node, ...], plans: tuple[Plan, ...], tell: Tell) -> tuple[Synced, ...]:
    """Every entry of these plans that does not conform, node by node."""
    count = _Count(plans)
    ask = job.ask.live
    with ExitStack() as stack:
        decide = _decision(job, stack)
        before, total = Seen(started=time.perf_counter()), keys_of(found)
        for node in found:
            link = Link(node.address)
            stack.callback(link.close)
            each = _each(job.ask, count, link, decide)
            told = partial(_told, tell, ask.sample, (before, total))
            tally, seen = observe((node,), plans, Watch(pace(job.project, ask), ask.sample, told, each))
            before = before.and_(seen)
            count.take(tally)
    return count.told()


def _told(tell: Tell, sample: int, together: tuple[Seen, int], seen: Seen, _total: int) -> None:
    """How far it is with all nodes: those before, and what is seen of this one."""
    before, total = together
    tell(far(before.and_(seen), total, sample))


def _each(ask: SyncAsk, count: _Count, link: Link, decide: Decide | None) -> Callable[[Plan, bytes, list[Wrong]], None]:
    """What happens to an entry in which something is wrong."""
    pacer = _Pacer(ask.per_second)

    def each(plan: Plan, key: bytes, said: list[Wrong]) -> None:
        if conforms(said):
            return
        count.add(plan, settle(link, plan, key, decide, write=ask.write) if decide else "left")
        if decide and ask.write:
            pacer.wait()

    return each


class _Job(NamedTuple):
    project: Project
    ask: SyncAsk
    held: Ground


def _decision(job: _Job, stack: ExitStack) -> Decide | None:
    if job.ask.action == "report":
        return None
    if job.ask.action == "evict":
        return evicted
    rows = stack.enter_context(rows_of(job.project, job.held.ref))

    def refreshed(plan: Plan, entry: Entry) -> Commands | None:
        """Written anew from its row; without one, or of another type, it is dropped, if it may be."""
        row = rows.find(plan, entry.key) if entry.value is not None and able(plan) else None
        if row is None:
            return evicted(plan, entry)
        return _written(plan, entry, row) or evicted(plan, entry)

    return refreshed


def _written(plan: Plan, entry: Entry, row: dict[str, msgspec.Raw]) -> Commands | None:
    """The commands that write the row, its time to live kept; None where a computed field is not known any more."""
    key, before = entry.key, payload(plan, entry.value) or {}
    computed = [field for field in plan.fields if not field.column]
    if any(field.name not in before and not field.optional for field in computed):
        return None
    kept = {field.name: before[field.name] for field in computed if field.name in before}
    match plan.contract.encoding:
        case "hash":
            return _hash(key, {name: msgspec.json.decode(raw) for name, raw in row.items()} | kept, before)
        case "redisjson":
            put: tuple[Word, ...] = ("JSON.SET", key, "$", msgspec.json.encode({**row, **kept}))
            return [put, *_lasting(entry)]
        case "msgpack":
            plain = {name: msgspec.json.decode(raw) for name, raw in row.items()}
            return [("SET", key, msgspec.msgpack.encode({**plain, **kept}), "XX", "KEEPTTL")]
        case "string":
            text = msgspec.json.decode(next(iter(row.values())))
            return [("SET", key, text, "XX", "KEEPTTL")] if isinstance(text, str) else None
    return [("SET", key, msgspec.json.encode({**row, **kept}), "XX", "KEEPTTL")]


def _hash(key: bytes, texts: dict[str, Any], before: dict[str, Any]) -> Commands:
    """A hash's fields set, and those that are NULL or no column taken away: its time to live stays."""
    gone = [name for name in {*before, *texts} if texts.get(name) is None]
    put: list[Word] = [part for name, text in texts.items() if text is not None for part in (name, text)]
    sent: list[tuple[Word, ...]] = [("HSET", key, *put)] if put else []
    return [*sent, ("HDEL", key, *sorted(gone))] if gone else sent


def _lasting(entry: Entry) -> list[tuple[Word, ...]]:
    """Gives an entry the time to live back that it had: Valkey's JSON takes it away with the value."""
    return [("PEXPIRE", entry.key, max(entry.left, 1))] if entry.left >= 0 else []


class _Pacer:
    """Keeps to so many changes a second: what is dropped is made again by somebody."""

    def __init__(self, per_second: int) -> None:
        self._gap = 1 / per_second
        self._next = time.perf_counter()

    def wait(self) -> None:
        now = time.perf_counter()
        self._next = max(self._next + self._gap, now - 1)
        if self._next > now:
            time.sleep(self._next - now)


def _stamped(node: Node) -> dict[str, str]:
    """The stamps that earlier runs left on the server."""
    found = _asked(node, "HGETALL", STAMPS)
    return {found[place].decode(): found[place + 1].decode() for place in range(0, len(found or ()), 2)}


def _stamp(node: Node, stamps: dict[str, str]) -> None:
    if stamps:
        _asked(node, "HSET", STAMPS, *[part for pair in stamps.items() for part in pair])


def _asked(node: Node, *words: Word) -> Any:
    """The reply of the node, or of the one of its cluster that has the key; None where it may not be asked."""
    for _ in range(3):
        link = Link(node.address)
        try:
            return link.ask(*words)
        except Refused as refused:
            if refused.code != "MOVED":
                return None
            host, _, port = refused.said.split()[2].rpartition(":")
            node = msgspec.structs.replace(node, address=node.address.at(host or node.address.host, int(port)))
        finally:
            link.close()
    return None
