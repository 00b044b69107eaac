"""A server's entries held to their contracts, and what is wrong counted, in memory that does not grow with the keys."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import msgspec

from pgconform.caching import Observed
from pgconform.redis.judge import Wrong, judge
from pgconform.redis.latency import Probe, Waits
from pgconform.redis.link import Link, Refused, is_error
from pgconform.redis.nodes import Node, keys_of
from pgconform.redis.plan import Plan
from pgconform.redis.scan import Batch, Pace, Reader, reading

EXAMPLES = 3
DISTINCT = 200
EVERY = 16
ALL = 20_000
"""The times to live of so many keys are asked for; of what follows, those of one request in `EVERY`."""
_MOVED = frozenset({"MOVED", "ASK", "TRYAGAIN", "CLUSTERDOWN"})
_OTHER_TYPE = frozenset({"WRONGTYPE", "Existing"})
"""How servers and their modules begin to say that a key is of another type."""
_TYPES = {"json": "string", "msgpack": "string", "string": "string", "hash": "hash", "redisjson": "ReJSON-RL"}


class Seen(msgspec.Struct):
    """What was seen so far: keys of the server, entries with a contract, those that do not conform; of each plan.

    ``passed`` is about how many keys were gone through, ``large`` how many entries were too large to be fetched.
    """

    scanned: int = 0
    passed: int = 0
    judged: int = 0
    large: int = 0
    wrong: int = 0
    gone: int = 0
    by_plan: list[int] = []
    seconds: float = 0.0
    waits: Waits = Waits()
    started: float = 0.0
    product: str = ""

    def and_(self, other: Seen) -> Seen:
        """What both saw, since this one was started."""
        names = ("scanned", "passed", "judged", "large", "wrong", "gone")
        return Seen(**{name: getattr(self, name) + getattr(other, name) for name in names}, started=self.started)


class Tally:
    """Counts what is wrong; of each kind a few keys are kept, and of endless kinds no more than `DISTINCT`."""

    def __init__(self, plans: tuple[Plan, ...]) -> None:
        self.plans = plans
        self._found: dict[tuple[int, Wrong], tuple[int, list[str]]] = {}
        self.totals = [0] * len(plans)
        self.timed = [0] * len(plans)
        self._large: dict[int, tuple[int, list[str]]] = {}

    def add(self, number: int, key: bytes, found: Iterable[Wrong]) -> None:
        for wrong in found:
            mark = (number, wrong)
            if mark not in self._found and len(self._found) >= DISTINCT:
                mark = (number, wrong._replace(said="something else"))
            count, examples = self._found.get(mark, (0, []))
            if len(examples) < EXAMPLES:
                examples.append(key.decode("utf-8", "replace"))
            self._found[mark] = (count + 1, examples)

    def pass_over(self, number: int, key: bytes) -> None:
        """An entry that is too large to be fetched."""
        count, examples = self._large.get(number, (0, []))
        self._large[number] = (count + 1, [*examples, key.decode("utf-8", "replace")][:EXAMPLES])

    def large(self) -> Iterator[tuple[Plan, int, tuple[str, ...]]]:
        """The plans of which entries are too large to be fetched: how many, and a few of their keys."""
        for number, (count, examples) in sorted(self._large.items()):
            yield self.plans[number], count, tuple(examples)

    def observed(self) -> Iterator[Observed]:
        """What was found, the most frequent first."""
        ordered = sorted(self._found.items(), key=lambda item: (item[0][0], -item[1][0], item[0][1]))
        for (number, wrong), (count, examples) in ordered:
            total = self.timed[number] if wrong.kind == "ttl" else self.totals[number]
            pattern = self.plans[number].contract.pattern
            yield Observed(pattern, *wrong, count=count, total=total, examples=tuple(examples))


class Watch(msgspec.Struct, frozen=True):
    """What goes along with a look: ``sample`` entries are enough (0: all), ``tell`` hears how far it is of how many.

    ``each`` is given every entry that does not conform: plan, key, what is wrong; ``taken`` every batch.
    """

    pace: Pace = Pace()
    sample: int = 0
    tell: Callable[[Seen, int], None] = lambda _seen, _total: None
    each: Callable[[Plan, bytes, list[Wrong]], None] | None = None
    taken: Callable[[Batch], None] | None = None


def observe(nodes: tuple[Node, ...], plans: tuple[Plan, ...], watch: Watch) -> tuple[Tally, Seen]:
    """Every entry, or as many as are enough, of all nodes, one after the other."""
    tally, seen = Tally(plans), Seen(by_plan=[0] * len(plans), started=time.perf_counter())
    total = keys_of(nodes)
    for node in nodes:
        reader = Reader(node, plans, watch.pace)
        seen.product = reader.server.shown
        with Probe(node.address) as probe:
            try:
                _node(reader, _Work(plans, watch, tally, seen, total))
            finally:
                reader.close()
        seen.waits = seen.waits.and_(probe.waits)
        if watch.sample and seen.judged >= watch.sample:
            break
    seen.seconds = time.perf_counter() - seen.started
    tally.totals = list(seen.by_plan)
    return tally, seen


class _Work(NamedTuple):
    """What a pass over the nodes has at hand; ``total`` is how many keys they hold."""

    plans: tuple[Plan, ...]
    watch: Watch
    tally: Tally
    seen: Seen
    total: int


def _node(reader: Reader, work: _Work) -> None:
    watch, seen = work.watch, work.seen
    side = reading(reader.node)
    try:
        for turn, batch in enumerate(reader.batches()):
            _batch(batch, work, side)
            if seen.passed <= ALL or turn % EVERY == 0:
                _times(batch, work, side)
            if turn % EVERY == 0:
                watch.tell(seen, work.total)
            if watch.taken is not None:
                watch.taken(batch)
            if watch.sample and seen.judged >= watch.sample:
                return
    finally:
        side.close()


def _batch(batch: Batch, work: _Work, side: Link) -> None:
    """One batch: what the quick decoders take is done with."""
    alone = work.plans[0].accept if len(work.plans) == 1 else None
    places = _refused(alone, batch.values) if alone else _refused_of(batch, work.plans)
    taken = Counter(batch.plans)
    taken.subtract(batch.plans[place] for place in places)
    for number, count in taken.items():
        work.seen.by_plan[number] += count
    work.seen.scanned += batch.scanned
    work.seen.passed += batch.passed
    work.seen.judged += len(batch.keys)
    if places:
        _odd([(batch.plans[place], batch.keys[place], batch.values[place]) for place in places], work, side)
    for number, key in batch.large:
        work.seen.large += 1
        work.tally.pass_over(number, key)


def _refused(accept: Callable[[bytes], Any], values: list[Any]) -> list[int]:
    """The places of the values that the quick decoder does not take."""
    refused = msgspec.MsgspecError
    found: list[int] = []
    place = 0
    for value in values:
        try:
            accept(value)
        except (refused, TypeError, UnicodeDecodeError):
            found.append(place)
        place += 1  # noqa: SIM113  in the fewest steps
    return found


def _refused_of(batch: Batch, plans: tuple[Plan, ...]) -> list[int]:
    """The same of entries of several plans, some of which have no quick decoder."""
    found: list[int] = []
    for place, (number, value) in enumerate(zip(batch.plans, batch.values, strict=True)):
        accept = plans[number].accept
        if accept is None or value is None:
            found.append(place)
            continue
        try:
            accept(value)
        except (msgspec.MsgspecError, TypeError, UnicodeDecodeError):
            found.append(place)
    return found


def _odd(odd: list[tuple[int, bytes, Any]], work: _Work, side: Link) -> None:
    """Entries that no quick decoder took: gone, of another type, or in need of a closer look."""
    missing = [key for _, key, value in odd if valueless(value)]
    types = dict(zip(missing, side.ask_all([("TYPE", key) for key in missing]), strict=True))
    for number, key, value in odd:
        plan = work.plans[number]
        found = typed(plan, types[key], value) if key in types else judge(plan, value)
        if found is None:
            work.seen.gone += 1
            continue
        work.seen.by_plan[number] += 1
        if found:
            work.tally.add(number, key, found)
            work.seen.wrong += 1
            if work.watch.each is not None:
                work.watch.each(plan, key, found)


def valueless(value: Any) -> bool:
    """A reply that is no entry: an error, nothing, or the empty list of a hash that is not there."""
    return value is None or value == [] or is_error(value)


def typed(plan: Plan, kind: Any, value: Any) -> list[Wrong] | None:
    """What is wrong with a key that gave no value, by the replies to TYPE and to its reading; None: it is not there.

    It went, moved to another node, or is being written anew just now. Raises `Refused` where it may not be read.
    """
    if is_error(kind):
        refused = Refused(str(kind))
        if refused.code not in _MOVED:
            raise refused
        return None
    said, wanted = kind.decode(), _TYPES[plan.contract.encoding]
    if said not in ("none", wanted):
        return [Wrong("type", said=said, expected=wanted)]
    if said == wanted and is_error(value):
        refused = Refused(str(value))
        if refused.code not in _MOVED | _OTHER_TYPE:
            raise refused
    return None


def _times(batch: Batch, work: _Work, side: Link) -> None:
    """The times to live of a batch's entries, where a contract has a word on them."""
    plans = work.plans
    asked = [(number, key) for number, key in zip(batch.plans, batch.keys, strict=True) if _bounded(plans[number])]
    for (number, key), left in zip(asked, side.ask_all([("TTL", key) for _, key in asked]), strict=True):
        if isinstance(left, int) and left != -2:
            work.tally.timed[number] += 1
            work.tally.add(number, key, _ttl(plans[number], left))


def _bounded(plan: Plan) -> bool:
    return plan.contract.max_ttl is not None


def _ttl(plan: Plan, left: int) -> list[Wrong]:
    most = plan.contract.max_ttl
    if most is None or 0 <= left <= most:
        return []
    return [Wrong("ttl", said="none" if left < 0 else "more", expected=f"at most {most} s")]
