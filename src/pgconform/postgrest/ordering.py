"""Sort keys, and the embeds that orders, limits and ranges are about."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.pairs.pair import Pair
from pgconform.postgrest.comparing import through
from pgconform.postgrest.filtering import table_level
from pgconform.postgrest.grouping import ungrouped
from pgconform.postgrest.order import parse_order
from pgconform.postgrest.pairs import PathPair, RelatedOrderPair, SortPair, UnreturnedPair, UnselectedPair
from pgconform.postgrest.plan import Level, embedded, output_type, outputs, returned
from pgconform.postgrest.scope import Claims, Scope
from pgconform.postgrest.syntax import ColumnRef, Name, Refusal
from pgconform.postgrest.wire import Wire, order_wire, plain_wire
from pgconform.postgrest.writes import idle
from pgconform.request import Order
from pgconform.schema import Access
from pgconform.shape import Location


def ordered(scope: Scope, claims: Claims, call: Order) -> Iterator[Pair]:
    """One ``order``, ``limit``, ``offset`` or ``range`` call; a write has no use for all but the first."""
    writes = scope.query.verb not in ("select", "rpc")
    if call.method != "order":
        if not (writes and scope.config.since(13)):
            yield from table_level(scope, call.foreign_table, "limit")
        return
    level = yield from table_level(scope, call.foreign_table, "order")
    if call.column is None:
        yield scope.dynamic("an order", call.at)
        return
    wire = plain_wire(call.column) if scope.query.raw else order_wire(call.column)
    terms = parse_order(wire.text)
    if isinstance(terms, Refusal):
        yield scope.refused("order", wire, terms)
        return
    if level is None or (writes and not _sorted(scope)):
        return
    for term in terms:
        if term.relation is not None:
            yield from _related(scope, level, term.relation, term.column, wire)
        else:
            yield from _plain(scope, claims, level, term.column, wire)


def _sorted(scope: Scope) -> bool:
    """Before 13 a write has no use for an order, save to choose which rows a limited one is about."""
    query = scope.query
    limited = any(call.method != "order" and call.foreign_table is None for call in query.orders)
    return scope.config.since(13) or (limited and query.verb in ("update", "delete") and not idle(query))


def _related(scope: Scope, level: Level, relation: Name, ref: ColumnRef, wire: Wire) -> Iterator[Pair]:
    at = wire.place(relation.start, relation.end)
    below = embedded(level, relation.text)
    if below is not None and below.relationship is not None:
        names = outputs(below)
        known = None if names is None or not ref.name.known else tuple(names)
        yield RelatedOrderPair(scope.part(at, level), below, ref.name.text, known)
        type_ = output_type(below, ref.name.text)
        if type_ is not None and not ref.steps:
            yield SortPair(scope.part(at, below), ref, type_)
    elif below is None and relation.known and not level.open:
        yield UnselectedPair(scope.part(at, level), level, relation.text, "order")


def _plain(scope: Scope, claims: Claims, level: Level, ref: ColumnRef, wire: Wire) -> Iterator[Pair]:
    at = wire.place(ref.name.start, ref.name.end)
    if not ref.name.known:
        yield scope.dynamic("an order's column", at)
        return
    column = claims.reach(level, ref, wire, Access.MENTION)
    yield from ungrouped(scope, level, ref, at)
    if ref.steps:
        yield PathPair(scope.part(at, level), ref, column, "order")
    if column is not None and scope.query.verb == "rpc" and level is scope.top:
        yield from _returned(scope, ref, at)
    type_ = through(column, ref.steps) if column is not None else None
    if type_ is not None:
        yield SortPair(scope.part(at, level), ref, type_)


def _returned(scope: Scope, ref: ColumnRef, at: Location | None) -> Iterator[Pair]:
    """A call sorts only by what it returns: what is selected, linked by or, from 13 on, filtered by."""
    names = returned(scope.top)
    if names is None or ref.name.text in names:
        return
    filtered = scope.query.filters or scope.query.logics
    if not (filtered and scope.config.since(13)):
        yield UnreturnedPair(scope.part(at), ref.name.text)
