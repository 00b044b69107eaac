"""Requests whose relation and whose rows are chosen apart: which row goes to which relation, nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec.structs import replace

from pgconform.request import Payload, Query
from pgconform.shape import Field

_Relation: TypeAlias = tuple[str | None, str]


def branched(queries: list[Query]) -> list[Query]:
    """The requests of one chain that is for some of these relations only: which are meant there, nobody knows."""
    names = {_of(query) for query in queries if query.relation is not None and query.verb != "rpc"}
    if len(names) < 2:
        return queries
    return [
        replace(query, others=_others(query, names), perhaps=True) if _of(query) in names else query
        for query in queries
    ]


def crossed(queries: list[Query]) -> list[Query]:
    """The requests of one chain; keys of a row that may be meant for another relation are sent, or are not.

    Such a key is one that not all rows have, and that one place of the program puts into rows of several relations.
    """
    sent: dict[_Relation, list[Payload]] = {}
    for query in queries:
        if query.relation is not None and query.payload is not None and query.verb != "rpc":
            sent.setdefault(_of(query), []).append(query.payload)
    if len(sent) < 2:
        return queries
    loose = {relation: list(_loose(relation, sent)) for relation in sent}
    return [_open(query, loose[_of(query)], sent) if _of(query) in sent else query for query in queries]


def _of(query: Query) -> _Relation:
    return query.schema.value if query.schema else None, query.relation.value if query.relation else ""


def _loose(relation: _Relation, sent: dict[_Relation, list[Payload]]) -> Iterator[Field]:
    """The keys that only some rows of the relation have, and some of another."""
    own = sent[relation]
    sure = set.intersection(*({field.name for field in row.fields if field.required} for row in own))
    elsewhere = {place for other, rows in sent.items() if other != relation for place in _places(rows)}
    found = {field.name: field for row in own for field in row.fields if field.name not in sure}
    yield from (field for field in found.values() if (field.name, field.at) in elsewhere)


def _places(rows: Iterable[Payload]) -> set[tuple[str, object]]:
    return {(field.name, field.at) for row in rows for field in row.fields}


def _open(query: Query, loose: list[Field], sent: dict[_Relation, list[Payload]]) -> Query:
    if not loose or query.payload is None or query.relation is None:
        return query
    own, names = query.payload.fields, {field.name for field in loose}
    fields = [replace(field, required=None) if field.name in names else field for field in own]
    held = {field.name for field in own}
    fields += [replace(field, required=None) for field in loose if field.name not in held]
    return replace(query, payload=replace(query.payload, fields=tuple(fields)), others=_others(query, sent))


def _others(query: Query, relations: Iterable[_Relation]) -> tuple[str, ...]:
    schema, name = _of(query)
    return tuple(sorted(other for where, other in relations if where == schema and other != name))
