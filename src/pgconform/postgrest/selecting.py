"""The select list: columns read, casts, JSON paths and embeds."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.pairs.pair import Pair
from pgconform.postgrest.comparing import through
from pgconform.postgrest.grouping import aggregated, grouped
from pgconform.postgrest.pairs import CastPair, EmbedPair, LevelPair, PathPair, SetPair
from pgconform.postgrest.plan import Level
from pgconform.postgrest.scope import Claims, Scope
from pgconform.postgrest.syntax import Column, Star
from pgconform.postgrest.wire import Wire
from pgconform.schema import Access
from pgconform.shape import Location, Scalar, Unknown

COUNT = Scalar("int8", raw="bigint")
"""What the function of all rows gives that a table without such a column can select."""


def selected(scope: Scope, claims: Claims, wire: Wire) -> Iterator[Pair]:
    """What every level of the select list says."""
    for level in scope.top.levels():
        for item in level.items:
            if isinstance(item, Column):
                yield from _column(scope, claims, level, item, wire)
        for below in level.children:
            yield from _embed(scope, level, below, wire)
        if level.items:
            at = wire.place(level.embed.start, level.embed.end) if level.embed else wire.place(0)
            yield LevelPair(scope.part(at, level), level, level is scope.top)
            yield from grouped(scope, level, at)


def _column(scope: Scope, claims: Claims, level: Level, item: Column, wire: Wire) -> Iterator[Pair]:
    if item.column is None:
        return
    place = wire.place(item.start, item.end)
    if not item.column.name.known:
        yield scope.dynamic("a selected column", place)
        return
    type_ = claims.reach(level, item.column, wire, Access.READ)
    if item.column.steps:
        yield PathPair(scope.part(place, level), item.column, type_, "select")
    yield from aggregated(scope, level, item, type_, wire)
    yield from _returned(scope, level, item.column.name.text, place)
    if item.cast is None or not item.cast.known:
        return
    counted = item.column.name.text == "count" and type_ is None and not item.column.steps
    shown = COUNT if counted else through(type_ or Unknown(), item.column.steps)
    if shown is not None:
        path = scope.config.search_path(scope.schema)
        yield CastPair(scope.part(wire.place(item.cast.start, item.cast.end), level), item, shown, item.cast.text, path)


def _returned(scope: Scope, level: Level, name: str, at: Location | None) -> Iterator[Pair]:
    """A write hands back what it selects, and no function that gives rows."""
    written = scope.query.verb not in ("select", "rpc") and level is scope.top
    written = written and not any(isinstance(item, Star) for item in level.items)
    if not written or level.relation is None or level.origin is None or name in scope.world.fields(level.relation):
        return
    if name in level.computed and scope.cache.gives_rows(level.relation, level.origin.schema, name):
        yield SetPair(scope.part(at, level), name, written=True)


def _embed(scope: Scope, level: Level, below: Level, wire: Wire) -> Iterator[Pair]:
    embed = below.embed
    if embed is None or level.origin is None:
        return
    at = wire.place(embed.name.start, embed.name.end)
    if below.found is None:
        yield scope.dynamic("an embed", at)
        return
    available = tuple(scope.cache.relationships(level.origin))
    yield EmbedPair(scope.part(at, level), level, embed, below.found, available, _known(scope, level, embed.name.text))


def _known(scope: Scope, level: Level, target: str) -> bool:
    """All foreign keys between the two are in view."""
    relation = level.relation
    if relation is None or not relation.whole or scope.world.half_seen(relation.name, relation.schema):
        return relation is None and level.origin is not None
    other = scope.cache.relation(scope.schema, target)
    seen = other is None or other.whole or other.partition_of is not None  # a partition is in no relationship
    return seen and not scope.world.half_seen(target, scope.schema)
