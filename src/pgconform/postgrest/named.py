"""The columns that a request names of its own table, whichever table that is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.postgrest.conditions import parse_key
from pgconform.postgrest.select import parse_select
from pgconform.postgrest.syntax import Column, Refusal
from pgconform.postgrest.wire import key_wire, select_wire
from pgconform.request import Query
from pgconform.shape import Field


def named(query: Query) -> tuple[Field, ...]:
    """Each once, without a type or a place."""
    return tuple(map(Field, dict.fromkeys((*_selected(query), *_compared(query), *_sent(query)))))


def _selected(query: Query) -> Iterator[str]:
    found = parse_select(select_wire(query.select, raw=query.raw).text) if query.select is not None else Refusal(0, "")
    for item in () if isinstance(found, Refusal) else found.items:
        if isinstance(item, Column) and item.column is not None and item.column.name.known:
            yield item.column.name.text


def _compared(query: Query) -> Iterator[str]:
    for call in query.filters:
        key = parse_key(key_wire(call.column).text) if call.column is not None else Refusal(0, "")
        if not isinstance(key, Refusal) and not key.path and key.column.name.known:
            yield key.column.name.text


def _sent(query: Query) -> Iterator[str]:
    if query.payload is not None and query.verb != "rpc":
        yield from (field.name for field in query.payload.fields)
