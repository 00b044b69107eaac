"""Aggregates: which types they take, and what else can stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pgconform.pairs.pair import Pair
from pgconform.postgrest.builtin import AGGREGATES
from pgconform.postgrest.casting import target
from pgconform.postgrest.comparing import supports, through
from pgconform.postgrest.pairs import AggregatePair, UngroupedPair
from pgconform.postgrest.plan import Level, output_name
from pgconform.postgrest.scope import Scope
from pgconform.postgrest.syntax import Column, ColumnRef, Item, Star
from pgconform.postgrest.wire import Wire
from pgconform.schema import Relation
from pgconform.shape import Array, Labels, Location, Scalar, Type, Unknown

_SUMMED: Final = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "interval"})
_NEVER: Final = frozenset({"bool", "uuid", "json", "jsonb", "xml", "point", "line", "box", "path", "polygon", "circle"})
_RANKED: Final = frozenset(
    {"int2", "int4", "int8", "float4", "float8", "numeric", "money", "text", "varchar", "bpchar", "date", "time"}
    | {"timetz", "timestamp", "timestamptz", "interval", "inet", "cidr", "oid", "tid", "pg_lsn", "xid8", "citext"}
)


def aggregable(type_: Type, aggregate: str) -> bool | None:
    """The aggregate exists for the type; None is not known."""
    match type_:
        case _ if aggregate == "count":
            return True
        case Scalar(kind=kind) if aggregate in ("sum", "avg"):
            return True if kind in _SUMMED or (kind == "money" and aggregate == "sum") else _unless(kind, _RANKED)
        case Scalar(kind=kind):
            return True if kind in _RANKED else _unless(kind, frozenset())
        case Array() | Labels() if aggregate in ("sum", "avg"):
            return False
    return None


def _unless(kind: str, more: frozenset[str]) -> bool | None:
    return False if kind in _NEVER or kind in more or kind.endswith("range") else None


def aggregates(level: Level) -> bool:
    return any(isinstance(item, Column) and item.aggregate for item in level.items)


def aggregated(scope: Scope, level: Level, item: Column, type_: Type | None, wire: Wire) -> Iterator[Pair]:
    """An aggregate beside the type of what it is given."""
    if not item.aggregate or item.column is None or not scope.config.aggregates or level.relation is None:
        return
    given = through(type_ or Unknown(), item.column.steps)
    if item.cast is not None and item.cast.known:
        given = target(item.cast.text, scope.world, scope.config.search_path(scope.schema))
    name = item.column.name.text
    computed = name in level.computed and name not in scope.world.fields(level.relation) and level.origin is not None
    rows = computed and level.origin is not None and scope.cache.gives_rows(level.relation, level.origin.schema, name)
    if given is not None and not (_spread(level) and item.column.steps):
        part = scope.part(wire.place(item.start, item.end), level)
        yield AggregatePair(part, name, given, item.aggregate, rows)


def grouped(scope: Scope, level: Level, at: Location | None) -> Iterator[Pair]:
    """The columns beside an aggregate, by which the server groups."""
    if not aggregates(level) or not scope.config.aggregates or level.relation is None:
        return
    plain = [item for item in level.items if isinstance(item, Column) and not item.aggregate and item.column]
    fields = scope.world.fields(level.relation)
    for item in () if _spread(level) or scope.config.since(13) else plain:
        same = {_expression(other) for other in level.items if isinstance(other, Column) and _named(other, item)}
        renamed = item.alias is not None or (item.column is not None and item.column.steps)
        if renamed and len(same) > 1 and output_name(item) not in fields:
            yield UngroupedPair(scope.part(at, level), output_name(item), "ambiguous")
    named = [item.column.name.text for item in plain if item.column and not item.column.steps and item.cast is None]
    starred = any(isinstance(item, Star) for item in level.items)
    for name in fields if starred else named:
        if name in fields and supports(fields[name].type, "eq", scope.config) is False:
            yield UngroupedPair(scope.part(at, level), name, "equality")


def _spread(level: Level) -> bool:
    """Aggregates in a spread are of the rows around it, and what they are made of is worked out elsewhere."""
    return level.embed is not None and level.embed.spread


def _named(one: Column, other: Column) -> bool:
    return output_name(one) == output_name(other)


def _expression(item: Column) -> tuple[object, ...]:
    """What a selected column is, whatever it is called."""
    column = item.column
    steps = tuple((step.arrow, step.key) for step in column.steps) if column else ()
    return column.name.text if column else "", steps, item.cast.text if item.cast else "", item.aggregate


def ungrouped(scope: Scope, level: Level, ref: ColumnRef, at: Location | None) -> Iterator[Pair]:
    """An order beside an aggregate, by a column that is not one of the groups', or by a function of all rows."""
    if level.open or level.relation is None:
        return
    if _of_all_rows(level, ref.name.text):
        if level.relation.whole and not aggregates(level) and any(_single(level, item) for item in level.items):
            yield UngroupedPair(scope.part(at, level), ref.name.text, "function")
        return
    if not aggregates(level) or not scope.config.aggregates:
        return
    if any(isinstance(item, Star) for item in level.items):
        return
    plain = [item for item in level.items if isinstance(item, Column) and not item.aggregate and item.column]
    groups = {item.column.name.text for item in plain if item.column and not item.column.steps}
    groups |= set() if scope.config.since(13) else {output_name(item) for item in plain}
    if ref.name.text not in groups and not _by_key(level.relation, plain):
        yield UngroupedPair(scope.part(at, level), ref.name.text, "order")


def _by_key(relation: Relation, plain: Iterable[Column]) -> bool:
    """A group may be one row, as Postgres knows of a primary key: all columns of it may stand beside an aggregate."""
    named = {name for item in plain if item.column for name in (item.column.name.text, output_name(item))}
    return any(key.kind == "primary" and named.issuperset(key.columns) for key in relation.keys)


def _of_all_rows(level: Level, name: str) -> bool:
    """The name is no column's, but that of a function of all rows."""
    named = level.relation is not None and level.relation.field(name) is None and name not in level.computed
    return named and name in AGGREGATES


def _single(level: Level, item: Item) -> bool:
    """The item is of each row by itself."""
    if isinstance(item, Column):
        return item.column is not None and not _of_all_rows(level, item.column.name.text)
    return isinstance(item, Star)
