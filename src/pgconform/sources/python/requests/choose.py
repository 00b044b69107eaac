"""Which chains there are at a place, and which requests each of them can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from pgconform.request import Query
from pgconform.sources.python.evaluate.scopes.standing import stands_in
from pgconform.sources.python.evaluate.values.choices import MOST, ONE, settle
from pgconform.sources.python.evaluate.values.containers import carried
from pgconform.sources.python.evaluate.values.entries import Later
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    Chain,
    Dict,
    Either,
    Opaque,
    Step,
    Str,
    Value,
    is_none,
)
from pgconform.sources.python.flows.chained import FILTERS, NAMED, NAMING, STARTS
from pgconform.sources.python.flows.sending import SENT
from pgconform.sources.python.requests.build import VERBS, build
from pgconform.sources.python.requests.payload import has_earlier, is_one_row

T = TypeVar("T")
ENOUGH = 2
FOREIGN_METHODS = frozenset(
    {"where", "collect", "run", "to_pandas", "to_arrow", "groupby", "group_by", "scan", "toPandas"}
)


def origins(chain: Chain) -> frozenset[object]:
    """The calls a chain is made of."""
    return frozenset(step.origin for step in chain.steps)


def longest(chains: Sequence[T], calls: Callable[[T], frozenset[Any]], count: Callable[[T], int]) -> list[T]:
    """The chains that are no beginning of another. ``calls`` are those that one is made of, ``count`` how many."""
    if len(chains) == 1:
        return [*chains]
    kept: list[T] = []
    covered: list[frozenset[Any]] = []
    for chain in sorted(chains, key=count, reverse=True):
        steps = calls(chain)
        if not any(steps <= other for other in covered):
            kept.append(chain)
            covered.append(steps)
    return kept


@cache
def convincing(names: tuple[str, ...], evidence: int = 2) -> bool:
    """Calls of these names are those of a PostgREST client; ``evidence`` is what file and project say for one."""
    if names[0] == SENT:
        return True
    start = next((index for index, name in enumerate(names) if name in STARTS), len(names))
    if start == len(names) or not _is_method(names[start:]):
        return False
    if names[start] == "rpc":
        return "execute" in names and evidence + 1 > 0
    if start + 1 == len(names) or names[start + 1] not in VERBS:
        return False
    said = 2 * ("execute" in names) + any(name in FILTERS for name in names)
    return said + evidence >= ENOUGH


def _is_method(names: Sequence[str]) -> bool:
    return not any(name in FOREIGN_METHODS for name in names)


def settlings(chain: Chain) -> list[tuple[Chain, Query]]:
    """A chain with its choices made and the request it is then, for every combination that changes what it is about."""
    found: list[tuple[Chain, Query]] = []
    queue = [(chain, False)]
    while queue and len(found) + len(queue) <= MOST:
        current, instead = queue.pop()
        current = _made(current)
        if any(map(_is_unmade, current.steps)):
            continue
        step, choice = next(_open(current), (None, None))
        if step is None or choice is None:
            query = build(current)
            found.append((current, replace(query, fallback=True) if instead else query))
        else:
            ways = worth(choice) if step.sure else sorted({*worth(choice), *_unbound(choice)})
            told = choice.choice
            queue += [(_settle(current, choice, way), instead or stands_in(told, way)) for way in reversed(ways)]
    return found or ([(chain, build(chain))] if queue else [])


def _made(chain: Chain) -> Chain:
    """The chain without the calls of some branch that are not made then, nor the ``not_`` before one."""
    unmade = {step.origin for step in chain.steps if not step.sure and _is_unmade(step)}
    if not unmade:
        return chain
    gone = {*unmade, *[(*origin, "not_") for origin in unmade if isinstance(origin, tuple)]}
    return replace(chain, steps=tuple([step for step in chain.steps if step.sure or step.origin not in gone]))


def _is_unmade(step: Step) -> bool:
    """What the call names has no value: it is not made."""
    return any(value is UNBOUND for value in step.arguments[: NAMED.get(step.name, 1)])


def settled(chain: Chain) -> list[Query]:
    """The requests of a chain."""
    return distinct(query for _, query in settlings(chain))


def distinct(queries: Iterable[Query]) -> list[Query]:
    """Those that say different things; one whose relation is not known only where there is no other.

    Of two that send the same, and one of them perhaps more, it is the other.
    """
    kept: dict[bytes, Query] = {}
    for query in queries:
        payload = query.payload
        if payload is not None and payload.whole:
            kept[said(replace(query, payload=replace(payload, whole=False)))] = query
        else:
            kept.setdefault(said(query), query)
    return [query for query in kept.values() if query.relation is not None] or [*kept.values()][:1]


def said(query: Query) -> bytes:
    """All that a query says, with its places: equal for two that need no telling apart."""
    return msgspec.msgpack.encode(query)


def worth(choice: Either) -> list[int]:
    """The options to look at: not None, nothing unknown beside a text, no empty dict beside another."""
    kept = [index for index, option in enumerate(choice.options) if option is not UNBOUND and not is_none(option)]
    texts = [index for index in kept if isinstance(choice.options[index], Str | Either)]
    if texts:
        kept = [index for index in kept if not isinstance(choice.options[index], Opaque)]
    full = [index for index in kept if not _empty(choice.options[index])]
    return full or kept


def _unbound(choice: Either) -> list[int]:
    """The options under which there is nothing."""
    return [index for index, option in enumerate(choice.options) if option is UNBOUND]


def _empty(value: Value) -> bool:
    return isinstance(value, Dict) and not value.entries and value.row is None


def _settle(chain: Chain, choice: Either, index: int) -> Chain:
    return replace(chain, steps=tuple([_settle_step(step, choice, index) for step in chain.steps]))


def _settle_step(step: Step, choice: Either, index: int) -> Step:
    arguments = tuple([_settled(value, choice, index) for value in step.arguments])
    keywords = tuple([(name, _settled(value, choice, index)) for name, value in step.keywords])
    return replace(step, arguments=arguments, keywords=keywords)


def _settled(value: Value | Later, choice: Either, index: int) -> Value | Later:
    """What a chain only sends or compares with is left as it is."""
    if isinstance(value, Later):
        return value
    found = settle(value, choice.choice, index)
    return carried(found) if value is choice and _is_left(choice) else found


def _is_left(choice: Either) -> bool:
    """It is one of what earlier rounds of a loop left, or of what several functions put in the same place."""
    return has_earlier(choice.options) or any(one in choice.choice for one in _STORES)


_STORES = ("global", "stored", "stores")


def goes_through(chain: Chain) -> bool:
    """Some of what a chain names is an item of a list that a loop goes through."""
    return any("element" in choice.choice for choice in _choices(chain))


def singled_out(chain: Chain) -> bool:
    """Some of what a chain names is one item of a list that a loop goes through until it finds it."""
    return any(ONE in choice.choice for outer in _choices(chain) for choice in _nested(outer))


def _nested(choice: Either) -> Iterator[Either]:
    yield choice
    for option in choice.options:
        if isinstance(option, Either):
            yield from _nested(option)


def _choices(chain: Chain) -> Iterator[Either]:
    """The choices still to be made, in the parts of a chain that name something."""
    return (choice for _, choice in _open(chain))


def _open(chain: Chain) -> Iterator[tuple[Step, Either]]:
    """The same, each with the call that it is for."""
    for step in chain.steps:
        for value in step.arguments[: NAMED.get(step.name, 1)]:
            if isinstance(value, Either) and not is_one_row(value):
                yield step, value
        for name, value in step.keywords:
            if isinstance(value, Either) and name in NAMING:
                yield step, value
