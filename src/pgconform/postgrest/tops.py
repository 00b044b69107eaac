"""The top level of a request: whose rows it gives, and what of them it selects."""

from __future__ import annotations

from typing import NamedTuple

from pgconform.postgrest.cache import Root, SchemaCache
from pgconform.postgrest.calling import call
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.plan import Level, plan
from pgconform.postgrest.relationships import Id
from pgconform.postgrest.select import Selection, parse_select
from pgconform.postgrest.syntax import Refusal, Star
from pgconform.postgrest.wire import Wire, select_wire
from pgconform.request import Query


class Top(NamedTuple):
    """The level that rows are of, and the text of the select as it travels and as it is understood."""

    level: Level
    wire: Wire
    selection: Selection | Refusal


def schema_of(query: Query, config: PostgrestConfig) -> str | None:
    """The schema a request is about; None where a program computes it."""
    if not query.schema_known or (query.schema is not None and not query.schema.whole):
        return None
    return query.schema.value if query.schema else config.schemas[0]


def top_of(cache: SchemaCache, query: Query, root: Root) -> Top:
    """The level of a request about ``root``."""
    wire = select_wire(query.select, raw=query.raw) if query.select is not None else Wire("*")
    selection = parse_select(wire.text)
    unread = isinstance(selection, Refusal)
    items = (Star(),) if isinstance(selection, Refusal) else selection.items
    return Top(plan(cache, root, items, unread), wire, selection)


def level_of(cache: SchemaCache, query: Query) -> Level | None:
    """The level of a request by itself; None where it is not known, or not exposed, what that is about."""
    schema = schema_of(query, cache.config)
    if schema not in cache.config.schemas or query.relation is None or not query.relation.whole:
        return None
    name = query.relation.value
    if query.verb == "rpc":
        function = call(cache, query, schema, name).function
        return top_of(cache, query, cache.result(function)).level if function else None
    relation = cache.relation(schema, name)
    return top_of(cache, query, Root(relation, Id(schema, name))).level if relation else None
