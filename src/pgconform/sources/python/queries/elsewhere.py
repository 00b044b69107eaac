"""What a program asks of servers that the truth says nothing of, where it has clients of several."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace

from pgconform.pairs.world import World
from pgconform.request import Query
from pgconform.schema import Schema, Unread


def of_this(claim: Schema, world: World) -> Schema:
    """The claim; what it asks of another server is not read.

    Its client's address is named otherwise than that of one which finds its relations in the truth, and of those that
    are asked of it the truth has no more than it lacks.
    """
    asked: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
    for query in claim.queries:
        if query.apart is not None and (name := _name(query)):
            asked[query.apart].add(name)
    if not any(asked):
        return claim
    held = {apart: sum(world.relation(*name) is not None for name in names) for apart, names in asked.items()}
    most = max(held, key=lambda apart: held[apart])
    others = {apart for apart, names in asked.items() if apart and apart != most and 2 * held[apart] <= len(names)}
    if not held[most] or not others:
        return claim
    unread = tuple(_unread(query) for query in claim.queries if query.apart in others)
    kept = tuple(query for query in claim.queries if query.apart not in others)
    return replace(claim, queries=kept, unread=(*claim.unread, *unread))


def _name(query: Query) -> tuple[str, str] | None:
    """(name, schema or "") of the relation that a query asks for, where both are known."""
    if query.verb == "rpc" or not query.relation or not query.relation.whole or not query.schema_known:
        return None
    schema, _, name = query.relation.value.rpartition(".")
    return name, query.schema.value if query.schema else schema


def _unread(query: Query) -> Unread:
    name = query.relation.value if query.relation and query.relation.whole else "this"
    return Unread(f"{name} is asked of another server, by a client for {query.apart!r}", "elsewhere", name, query.at)
