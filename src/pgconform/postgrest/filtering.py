"""Filters: the columns they compare, the embeds they pass through, the texts that do not parse."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from msgspec.structs import replace

from pgconform.pairs.pair import Pair
from pgconform.postgrest.builtin import AGGREGATES
from pgconform.postgrest.client import operand
from pgconform.postgrest.comparing import COMPARED, through
from pgconform.postgrest.conditions import RESERVED, RESERVED_LAST, parse_key, parse_logic, parse_operation, parse_path
from pgconform.postgrest.pairs import (
    ComparisonPair,
    MisvaluePair,
    PathPair,
    ReservedPair,
    SetPair,
    UnreturnedPair,
    UnselectedPair,
)
from pgconform.postgrest.plan import Level, descend, embedded, returned
from pgconform.postgrest.scope import Claims, Scope
from pgconform.postgrest.syntax import ColumnRef, Condition, Junction, Name, Operation, Refusal, Term
from pgconform.postgrest.values import said_here, trusted, unreadable_operands
from pgconform.postgrest.wire import Wire, key_wire, logic_wire, plain_wire
from pgconform.postgrest.writes import idle
from pgconform.request import HOLE, Filter, Logic, Text
from pgconform.schema import Access
from pgconform.shape import Location, Scalar


def filtered(scope: Scope, claims: Claims, call: Filter) -> Iterator[Pair]:
    """One filter call."""
    if call.column is None:
        yield scope.dynamic("a filter's column", call.at)
        return
    wire = key_wire(call.column) if call.method else plain_wire(call.column)
    value = trusted(call.value, call.column.at or call.at)
    call = call if value is call.value else replace(call, value=value)
    if reserved(wire.text):
        yield ReservedPair(scope.part(wire.place(0, len(wire.text)) or call.at), wire.text)
        return
    key = parse_key(wire.text)
    if isinstance(key, Refusal):
        yield scope.refused("filter", wire, key)
        return
    yield from scope.leftover("filter", wire, key.end)
    operation = yield from _operation(scope, call)
    level = yield from reached(scope, key.path, wire, "filter")
    if level is not None and operation is not None:
        condition = Condition(key.column, operation, key.path)
        yield from _condition(scope, claims, level, condition, (wire, call))
    elif level is not None and call.operator is None and embedded(level, key.column.name.text) is None:
        claims.reach(level, key.column, wire, Access.MENTION)


def reserved(key: str) -> bool:
    """The query string takes this name for something else than a filter."""
    return key in RESERVED or key.rsplit(".", 1)[-1] in RESERVED_LAST


def _operation(scope: Scope, call: Filter) -> Generator[Pair, None, Operation | None]:
    operator = call.operator.value if call.operator else HOLE
    text = Text(f"{'not.' if call.negated else ''}{operator}.{operand(call)}", call.value.at or call.at)
    operation = parse_operation(text.value)
    if isinstance(operation, Refusal):
        yield scope.refused("value", plain_wire(text), operation)
        return None
    return operation


def reached(scope: Scope, path: tuple[Name, ...], wire: Wire, role: str) -> Generator[Pair, None, Level | None]:
    """The level at the end of a path, after saying which part of it is not selected."""
    level, missing = descend(scope.top, path, scope.config.legacy_target_names)
    if missing is not None:
        at = wire.place(missing.start, missing.end)
        yield UnselectedPair(scope.part(at), scope.top, missing.text, role)
    return level


def logical(scope: Scope, claims: Claims, call: Logic) -> Iterator[Pair]:
    """One ``or_`` call."""
    if call.text is None:
        yield scope.dynamic("a logic text", call.at)
        return
    wire = plain_wire(call.text) if scope.query.raw else logic_wire(call.text, call.negated)
    logic = parse_logic(wire.text)
    if isinstance(logic, Refusal):
        yield scope.refused("or", wire, logic)
        return
    yield from scope.leftover("or", wire, logic.end)
    level = yield from table_level(scope, call.reference_table, "or")
    if level is not None:
        yield from _term(scope, claims, level, logic.root, wire)


def table_level(scope: Scope, table: Text | None, role: str) -> Generator[Pair, None, Level | None]:
    """The level that a ``reference_table`` or ``foreign_table`` names, the top without one."""
    if table is None:
        return scope.top
    wire = key_wire(table) if role == "or" else plain_wire(table)
    path = parse_path(wire.text)
    if isinstance(path, Refusal):
        yield scope.refused("embed path", wire, path)
        return None
    return (yield from reached(scope, path, wire, role))


def _term(scope: Scope, claims: Claims, level: Level, term: Term, wire: Wire) -> Iterator[Pair]:
    match term:
        case Junction():
            for part in term.terms:
                yield from _term(scope, claims, level, part, wire)
        case Condition():
            yield from _condition(scope, claims, level, term, (wire, None))
        case _:
            yield scope.dynamic("part of a logic text", wire.place(term.start, term.end))


def _condition(
    scope: Scope, claims: Claims, level: Level, condition: Condition, said: tuple[Wire, Filter | None]
) -> Iterator[Pair]:
    (wire, call), ref, operation = said, condition.column, condition.operation
    at = wire.place(ref.name.start, ref.name.end)
    if not ref.name.known:
        yield scope.dynamic("a filter's column", at)
        return
    if _of_embed(level, condition) or (level is scope.top and _unread(scope, call)):
        return
    if operation.operator == "is" and operation.value == "not_null" and not scope.config.since(13):
        yield scope.refused(*_not_null(wire, call, operation))
        return
    column = claims.reach(level, ref, wire, Access.MENTION)
    unfit = list(_of_call(scope, level, ref, at))
    yield from unfit
    if column is None and ref.name.text in AGGREGATES:
        claims.miss(level, ref, wire)
    if ref.steps:
        yield PathPair(scope.part(at, level), ref, column, "filter")
    type_ = through(column, ref.steps) if column is not None else None
    if column is None or type_ is None or any(isinstance(pair, SetPair) for pair in unfit):
        return
    stored = None if ref.steps else scope.stored(level, ref.name.text)
    pair = ComparisonPair(scope.part(at, level), ref, column, type_, operation, call, stored)
    yield pair
    if not _said_better(pair) and not (stored and scope.cache.represented(column)):
        place = (call.value.at if call else None) or at
        for text, as_type in unreadable_operands(operation, type_, scope.config):
            here = said_here(call.value, at) if call else wire.unmixed
            yield MisvaluePair(scope.part(place, level), ref.name.text, as_type, text, here)


def _not_null(wire: Wire, call: Filter | None, operation: Operation) -> tuple[str, Wire, Refusal]:
    """What servers before 13 say of ``is.not_null``, in the call or the logic text that has it."""
    refusal = Refusal(operation.start + len("is."), "null, true, false or unknown")
    if call is None:
        return "or", wire, refusal
    negation = "not." if operation.negated else ""
    return "value", plain_wire(Text(f"{negation}is.not_null", call.value.at or call.at)), refusal


def _unread(scope: Scope, call: Filter | None) -> bool:
    """An update of nothing: its filters are not looked at, nor, from 14.4 on, its logic texts."""
    shown = scope.query.options.get("returning") != '"minimal"' or scope.query.select is not None
    return idle(scope.query) and (call is not None or not shown or scope.config.since(14, 4))


def _of_call(scope: Scope, level: Level, ref: ColumnRef, at: Location | None) -> Iterator[Pair]:
    """What no row can be filtered by: a function that gives rows, or, before 13, what a call does not select."""
    name, relation = ref.name.text, level.relation
    if relation is None or level.origin is None:
        return
    if name in level.computed and name not in scope.world.fields(relation):
        if scope.cache.gives_rows(relation, level.origin.schema, name):
            yield SetPair(scope.part(at, level), name)
        elif name in scope.cache.aggregates(relation, level.origin.schema):
            yield SetPair(scope.part(at, level), name, aggregate=True)
    elif level is scope.top and scope.query.verb == "rpc" and not scope.config.since(13):
        names = returned(level)
        if names is not None and name not in names:
            yield UnreturnedPair(scope.part(at), name, "filtered")


def _said_better(pair: ComparisonPair) -> bool:
    """Rules of their own are about None, texts in place of lists, and lists in place of JSON."""
    sent = pair.call.value.json if pair.call else None
    if pair.call is None or sent is None:
        return False
    if sent == "null":
        return not pair.call.negated and pair.call.method in COMPARED
    if sent.startswith('"'):
        return pair.call.method in ("in_", "cs", "cd")
    listed = sent.startswith("[") and pair.operation.operator in ("cs", "cd")
    return listed and isinstance(pair.type, Scalar) and pair.type.kind == "jsonb"


def _of_embed(level: Level, condition: Condition) -> bool:
    """The name is that of an embed, whose rows are asked to be or not to be there."""
    operation, name = condition.operation, condition.column.name.text
    if condition.column.steps or operation.operator != "is" or operation.value != "null":
        return False
    unseen = level.open and not (level.relation and level.relation.field(name))
    return unseen or embedded(level, name) is not None
