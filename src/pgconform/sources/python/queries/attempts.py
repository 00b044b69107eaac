"""Queries that a program itself expects to fail: tried first, as a last resort, to see what there is, or to learn.

What a handler is for that asks the error whether something is not there is among them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pgconform.request import Query
from pgconform.shape import Labels
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.queries.outcome import ChainSeen, Site
from pgconform.sources.python.queries.trying import looks, sends_less


def spared(chains: Sequence[ChainSeen], site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """The query may fail, and another of the same function stands in for it, or it is made again in another way.

    ``chains`` are those of the place; ``several`` the queries of the function.
    """
    attempts = list(chains[0].attempts)
    turns, asks_first = any(chain.turns for chain in chains), any(chain.asks_first for chain in chains)
    mine = [attempt for attempt in attempts if attempt.holds(site[2])]
    if any(attempt.absence or _adapted(attempts, attempt, query) for attempt in mine):
        return True
    if any(_probes(attempt, site, query, several) for attempt in mine):
        return True
    if (
        turns
        and any(attempt.last for attempt in mine)
        and (_varies(site, query, several) or _other(site, query, several))
    ):
        return True
    if asks_first and (sends_less(query) or _varies(site, query, several)):
        return True
    if _is_tried(chains, site, query, several):
        return True
    same = [(other, item) for other, item in several if other != site and _alike(item, query)]
    if not same:
        return False
    for attempt in mine:
        if any(_stands_in(attempts, attempt, query, other, item) for other, item in same):
            return True
    return any(_aside(attempt, site, query, several) for attempt in mine if not attempt.rescue)


def sought(chains: Sequence[ChainSeen], site: Site, query: Query, several: list[tuple[Site, Query]]) -> tuple[str, ...]:
    """The keys that are not always sent, and that the function tries before to read of any row of that relation."""
    attempts = [attempt for attempt in chains[0].attempts if not attempt.rescue]
    fields = query.payload.fields if query.payload and query.relation and attempts else ()
    names = {field.name for field in fields if field.required is False}
    for other, item in several if names else ():
        same = item.relation and query.relation and item.relation.value == query.relation.value
        if same and other[2] < site[2] and looks(item) and any(attempt.holds(other[2]) for attempt in attempts):
            asked = {column.strip() for text in _columns(item) if text for column in text.split(",")}
            return tuple(sorted(names & asked))
    return ()


def _is_tried(chains: Sequence[ChainSeen], site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """A caller of the function tries it to see what is there, or once more in another way."""
    if looks(query) and any(chain.tries.tried for chain in chains):
        return True
    return any(chain.tries.again for chain in chains) and (sends_less(query) or _varies(site, query, several))


def _adapted(attempts: list[Attempt], attempt: Attempt, query: Query) -> bool:
    """What is sent is made to fit by what the server says of it."""
    handlers = (one for one in attempts if one.join == attempt.join and one.rescue and one.adapts)
    return query.payload is not None and not attempt.rescue and any(True for _ in handlers)


def _probes(attempt: Attempt, site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """It looks which functions, or whether relations, are there: whichever row there is, if any, nobody minds which."""
    if not attempt.rescue and query.verb == "rpc":
        return _other(site, query, several)
    if attempt.rescue or not looks(query):
        return False
    return attempt.idle or any(other == site and not _alike(item, query) for other, item in several)


def _varies(site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """The same is asked of the same relation in other words, too."""
    others = [item for other, item in several if other == site and _alike(item, query)]
    return any(_said(item) != _said(query) for item in others)


def _other(site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """The same is asked of another relation or function, too."""
    relations = [item.relation for other, item in several if other == site and item.verb == query.verb]
    return any(item and query.relation and item.value != query.relation.value for item in relations)


def _said(query: Query) -> tuple[object, ...]:
    conflict = query.on_conflict.value if query.on_conflict else ""
    return _columns(query), _keys(query), _by(query), conflict


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


def _alike(one: Query, other: Query) -> bool:
    """The same is done to the same relation."""
    names = [query.relation.value if query.relation else None for query in (one, other)]
    return one.verb == other.verb and names[0] is not None and names[0] == names[1]


def _aside(attempt: Attempt, site: Site, query: Query, several: list[tuple[Site, Query]]) -> bool:
    """The read has a ``try`` to itself, after one of the same columns by another filter."""
    if query.verb != "select" or any(attempt.holds(other[2]) for other, _ in several if other != site):
        return False
    before = [item for other, item in several if other[2] < attempt.start and _alike(item, query)]
    return any(_columns(item) == _columns(query) and _by(item) != _by(query) for item in before)


def _columns(query: Query) -> list[str | None]:
    return [text.value if text else None for text in query.select or ()]


def _by(query: Query) -> list[str | None]:
    return [item.column.value if item.column else None for item in query.filters]
