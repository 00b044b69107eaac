"""Queries that a program itself expects to fail: tried first, as a last resort, to see what there is, or to learn.

What a handler is for that asks the error whether something is not there is among them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TypeAlias

from pgconform.request import Query
from pgconform.shape import Labels
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.passes.outcome import ChainSeen, Site
from pgconform.sources.python.queries.trying import looks, sends_less

_Asked: TypeAlias = "tuple[str, str] | None"
"""What is done, and to which relation; None where that is not known."""


class Beside:
    """The requests of one function, each with its place; which of them are alike is worked out once for all of them."""

    def __init__(self, several: Sequence[tuple[Site, Query]]) -> None:
        self._several = several
        self.sites = {site for site, _ in several}

    def alike(self, query: Query) -> Iterable[tuple[Site, Query]]:
        """Those that do the same to the same relation, itself among them."""
        return self._alike.get(_asked(query), ())

    @cached_property
    def _alike(self) -> Mapping[_Asked, list[tuple[Site, Query]]]:
        found: dict[_Asked, list[tuple[Site, Query]]] = defaultdict(list)
        for site, query in self._several:
            if asked := _asked(query):
                found[asked].append((site, query))
        return found

    @cached_property
    def asked(self) -> Mapping[Site, set[_Asked]]:
        """What is asked at each place."""
        found: dict[Site, set[_Asked]] = defaultdict(set)
        for site, query in self._several:
            found[site].add(_asked(query))
        return found

    def varies(self, site: Site, query: Query) -> bool:
        """The same is asked of the same relation in other words, too."""
        return len(self._words.get((site, _asked(query)), ())) > 1

    @cached_property
    def _words(self) -> Mapping[tuple[Site, _Asked], set[tuple[object, ...]]]:
        found: dict[tuple[Site, _Asked], set[tuple[object, ...]]] = defaultdict(set)
        for site, query in self._several:
            if asked := _asked(query):
                found[site, asked].add(_said(query))
        return found

    def other(self, site: Site, query: Query) -> bool:
        """The same is asked of another relation or function, too."""
        mine = _asked(query)
        if mine is None:
            return False
        return any(asked is not None and asked[0] == mine[0] and asked != mine for asked in self.asked[site])

    def looking(self, relation: str) -> Iterable[tuple[Site, Query]]:
        """Those that look at any row of a relation."""
        return self._looking.get(relation, ())

    @cached_property
    def lookers(self) -> list[Site]:
        """The places where any row of a relation is looked at."""
        return [site for found in self._looking.values() for site, _ in found]

    @cached_property
    def _looking(self) -> Mapping[str, list[tuple[Site, Query]]]:
        found: dict[str, list[tuple[Site, Query]]] = defaultdict(list)
        for site, query in self._several:
            if query.relation and looks(query):
                found[query.relation.value].append((site, query))
        return found


def spared(chains: Sequence[ChainSeen], site: Site, query: Query, beside: Beside) -> bool:
    """The query may fail, and another of the same function stands in for it, or it is made again in another way.

    Or it is to fail.

    ``chains`` are those of the place; it is one of those ``beside``.
    """
    attempts = list(chains[0].attempts)
    turns, asks_first = any(chain.turns for chain in chains), any(chain.asks_first for chain in chains)
    mine = [attempt for attempt in attempts if attempt.holds(site[2])]
    if any(attempt.absence or attempt.feared or _adapted(attempts, attempt, query) for attempt in mine):
        return True
    if any(_probes(attempt, site, query, beside) or _greets(attempts, attempt, query, beside) for attempt in mine):
        return True
    if turns and any(attempt.last for attempt in mine) and (beside.varies(site, query) or beside.other(site, query)):
        return True
    if asks_first and (sends_less(query) or beside.varies(site, query)):
        return True
    if _is_tried(chains, site, query, beside):
        return True
    same = [(other, item) for other, item in beside.alike(query) if other != site] if mine else []
    if not same:
        return False
    for attempt in mine:
        if any(_stands_in(attempts, attempt, query, other, item) for other, item in same):
            return True
    return any(_aside(attempt, site, query, beside) for attempt in mine if not attempt.rescue)


def sought(chains: Sequence[ChainSeen], site: Site, query: Query, beside: Beside) -> tuple[str, ...]:
    """The keys that are not always sent, and that the function tries before to read of any row of that relation."""
    attempts = [attempt for attempt in chains[0].attempts if not attempt.rescue]
    if not (query.payload and query.relation and attempts):
        return ()
    names = {field.name for field in query.payload.fields if field.required is False}
    for other, item in beside.looking(query.relation.value) if names else ():
        if other[2] < site[2] and any(attempt.holds(other[2]) for attempt in attempts):
            asked = {column.strip() for text in _columns(item) if text for column in text.split(",")}
            return tuple(sorted(names & asked))
    return ()


def _is_tried(chains: Sequence[ChainSeen], site: Site, query: Query, beside: Beside) -> bool:
    """A caller of the function tries it to see what is there, or once more in another way."""
    if looks(query) and any(chain.tries.tried for chain in chains):
        return True
    return any(chain.tries.again for chain in chains) and (sends_less(query) or beside.varies(site, query))


def _adapted(attempts: list[Attempt], attempt: Attempt, query: Query) -> bool:
    """What is sent is made to fit by what the server says of it."""
    handlers = (one for one in attempts if one.join == attempt.join and one.rescue and one.adapts)
    return query.payload is not None and not attempt.rescue and any(True for _ in handlers)


def _probes(attempt: Attempt, site: Site, query: Query, beside: Beside) -> bool:
    """It looks which functions, or whether relations, are there: whichever row there is, if any, nobody minds which."""
    if not attempt.rescue and query.verb == "rpc":
        return beside.other(site, query)
    if attempt.rescue or not looks(query):
        return False
    return attempt.idle or query.relation is None or len(beside.asked[site]) > 1


def _greets(attempts: list[Attempt], attempt: Attempt, query: Query, beside: Beside) -> bool:
    """It asks whether the server answers, by a function that is told nothing, or in the handler by any row there is."""
    told = query.payload is None or query.payload.fields or not query.payload.whole
    if query.verb != "rpc" or told or attempt.rescue:
        return False
    handlers = [one for one in attempts if one.answers(attempt)]
    return any(one.holds(site[2]) for site in beside.lookers for one in handlers)


def _asked(query: Query) -> _Asked:
    return (query.verb, query.relation.value) if query.relation else None


def _said(query: Query) -> tuple[object, ...]:
    conflict = query.on_conflict.value if query.on_conflict else ""
    return tuple(_columns(query)), frozenset(_keys(query)), tuple(_by(query)), conflict


def _stands_in(attempts: list[Attempt], attempt: Attempt, query: Query, other: Site, item: Query) -> bool:
    """One is in a ``try``, the other in its handler, which asks what is not there, or not merely notes the failure."""
    partners = [one for one in attempts if one.answers(attempt) and one.holds(other[2])]
    if not partners or any(one.absence for one in partners):
        return bool(partners)
    first, last = (item, query) if attempt.rescue else (query, item)
    if query.verb == "select":
        return True
    less = bool(_keys(last)) and _keys(last) < _keys(first)
    return (less and not _says_otherwise(first, last)) or _renames(first, last)


def _says_otherwise(first: Query, last: Query) -> bool:
    """A key has another text there: it is another row, which tells of the failure."""
    before, after = (
        {field.name: field.type.values for field in one.payload.fields if isinstance(field.type, Labels)}
        for one in (first, last)
        if one.payload
    )
    return any(name in before and set(before[name]).isdisjoint(values) for name, values in after.items())


def _renames(first: Query, last: Query) -> bool:
    """The row is sent again, with a key by another name."""
    if first.payload is None or last.payload is None:
        return False
    before, after = ({(field.name, field.at) for field in one.payload.fields} for one in (first, last) if one.payload)
    lost, new = before - after, after - before
    return bool(before & after) and len(new) <= len(lost) and _keys(last).isdisjoint(name for name, _ in lost)


def _keys(query: Query) -> set[str]:
    return {field.name for field in query.payload.fields} if query.payload else set()


def _aside(attempt: Attempt, site: Site, query: Query, beside: Beside) -> bool:
    """The read has a ``try`` to itself, after one of the same columns by another filter."""
    if query.verb != "select" or any(attempt.holds(other[2]) for other in beside.sites if other != site):
        return False
    before = [item for other, item in beside.alike(query) if other[2] < attempt.start]
    return any(_columns(item) == _columns(query) and _by(item) != _by(query) for item in before)


def _columns(query: Query) -> list[str | None]:
    return [text.value if text else None for text in query.select or ()]


def _by(query: Query) -> list[str | None]:
    return [item.column.value if item.column else None for item in query.filters]
