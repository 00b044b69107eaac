"""Payloads and conflict targets, as the same claims that models and statements make."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.constraints.instead import diverts
from pgconform.pairs.pair import FieldPair, KeyPair, Pair, RelationPair
from pgconform.pairs.pairing import relation_pairs
from pgconform.postgrest.columns import parse_names
from pgconform.postgrest.pairs import MisvaluePair
from pgconform.postgrest.relationships import Id
from pgconform.postgrest.scope import Claims, Scope, claimed
from pgconform.postgrest.syntax import Refusal
from pgconform.postgrest.values import constants, said_here, sent, too_large, too_long, unreadable
from pgconform.postgrest.wire import plain_wire
from pgconform.postgrest.writes import access, merges
from pgconform.request import HOLE, Operand, Payload
from pgconform.schema import VIEWS, Access, Key, Relation
from pgconform.shape import Field, Labels, Location, Scalar, Unknown


def written(scope: Scope, truth: Relation, payload: Payload) -> Iterator[Pair]:
    """What the payload says of the columns. Of a list without known keys it is not known that it has rows at all."""
    query = scope.query
    known = constants(payload)
    doubted = (field.name for field in payload.fields if query.perhaps or not field.required)
    strange = {name: "may be meant for another table" for name in doubted if scope.elsewhere(name)}
    absent = set(payload.sought).difference(scope.world.fields(truth)) if payload.sought else ()
    strange.update((name, "is sent only where it is there") for name in absent)
    unsure = {field.name for field in payload.fields if field.required is None}
    apart = {
        name
        for name, values in known.items()
        if query.others and (name in unsure or len({value.json for value in values}) > 1)
    }
    fields = tuple(
        _unvalued(field)
        if field.name in apart
        else _claim(scope, field, [value.json for value in known.get(field.name, ())])
        for field in payload.fields
        if field.name not in strange
    )
    for field in payload.fields:
        if field.name in strange:
            yield scope.unknown(f'"{field.name}" {strange[field.name]}', field.at)
    claim = claimed(query, truth.schema, truth.name, fields, access(query))
    whole = (
        payload.whole
        and not query.perhaps
        and not query.open
        and not (payload.many and not fields)
        and _of_one_table(truth)
    )
    kind = replace(claim, kind="payload", whole=whole, holder=payload.holder or query.holder, at=payload.at or query.at)
    if query.open and payload.whole and access(query) is Access.INSERT:
        yield from _left_out(scope, truth, payload)
    pair = RelationPair(scope.world, truth, kind)
    yield from (found for found in relation_pairs(pair) if found is not pair)
    if whole:
        stored = scope.world.fields(truth)
        yield from (FieldPair(pair, stored[name], None) for name in payload.uneven if name in stored)
    places = {field.name: field.at for field in payload.fields}
    for name, values in known.items():
        if name not in apart:
            yield from _misvalues(scope, name, values, places.get(name))


def _left_out(scope: Scope, truth: Relation, payload: Payload) -> Iterator[Pair]:
    """What must be given and is left out by a caller whose own values decide whether it is this that is sent."""
    given = {field.name for field in payload.fields}
    for name, field in scope.world.fields(truth).items():
        if name not in given and field.nullable is False and field.filled is False and not field.generated:
            yield scope.unknown(f'"{name}" may be left out on another way', payload.at)


def _unvalued(field: Field) -> Field:
    """The key's claim where any of its values may be for another of several relations."""
    return replace(field, type=Unknown(), nullable=None)


def _claim(scope: Scope, field: Field, constant: list[str | None]) -> Field:
    """The key's claim; constants are judged one by one, not by their type, save labels of a closed set."""
    stored = scope.stored(scope.top, field.name)
    if scope.query.payload and field.name in scope.query.payload.uneven:
        field = replace(field, required=None)
    if not constant or stored is None:
        return field
    if constant == ["null"] * len(constant):
        return replace(field, type=Scalar("py.none"), nullable=True)
    return field if _closed(stored) else replace(field, type=Unknown())


def _closed(stored: Field) -> bool:
    return isinstance(stored.type, Labels) or bool(stored.bounds and stored.bounds.labels)


def _of_one_table(truth: Relation) -> bool:
    """What a write to it leaves out is plain; a rule or trigger decides for a view of several tables."""
    return truth.kind not in VIEWS or len({field.origin[:2] for field in truth.fields if field.origin}) == 1


def _misvalues(scope: Scope, name: str, values: list[Operand], place: Location | None) -> Iterator[Pair]:
    stored = scope.stored(scope.top, name)
    if stored is None or isinstance(stored.type, Labels) or scope.cache.represented(stored.type):
        return
    for operand in values:
        value = json.loads(operand.json or "null")
        text = unreadable(value, stored.type)
        here = said_here(operand, place)
        if text is not None:
            yield MisvaluePair(scope.part(operand.at), name, stored.type, text, here)
        elif too_long(value, stored.type) or too_large(value, stored.type):
            text = value if isinstance(value, str) else sent(value)
            yield MisvaluePair(scope.part(operand.at), name, stored.type, text, here, long=True)


def conflict_target(scope: Scope, claims: Claims, truth: Relation) -> Iterator[Pair]:
    """The columns of ``on_conflict`` and the unique key they must be."""
    text = scope.query.on_conflict
    if not merges(scope.query):
        return
    if text is None or not text.value:
        if diverts(truth, "insert"):
            yield from _key(scope, truth, scope.cache.primary_keys.get(Id(truth.schema, truth.name), ()))
        return
    wire = plain_wire(text)
    names = parse_names(wire.text)
    if isinstance(names, Refusal):
        yield scope.refused("on_conflict", wire, names)
        return
    yield from scope.leftover("on_conflict", wire, names.end)
    for name in names.names:
        if name.known:
            claims.note(scope.top, Field(name.text, at=wire.place(name.start, name.end)), Access.MENTION)
    if HOLE not in wire.text:
        yield from _key(scope, truth, tuple(name.text for name in names.names))


def _key(scope: Scope, truth: Relation, columns: tuple[str, ...]) -> Iterator[Pair]:
    """The key a conflict is found by; a view whose rows a trigger takes has none, whatever its tables have."""
    found = (replace(truth, keys=()), columns) if diverts(truth, "insert") else _stored(scope, truth, columns)
    if found is None or not columns:
        return
    base, stored = found
    claim = claimed(scope.query, truth.schema, truth.name, (), Access.INSERT)
    at = scope.query.on_conflict.at if scope.query.on_conflict else None
    pair = RelationPair(scope.world, truth, claim)
    yield KeyPair(pair, base, Key(stored, "target", at=at))


def _stored(scope: Scope, truth: Relation, columns: tuple[str, ...]) -> tuple[Relation, tuple[str, ...]] | None:
    """The table behind a view, with the columns' names there; None where it is not one table."""
    while truth.kind in VIEWS:
        fields = [truth.field(column) for column in columns]
        origins = [field.origin for field in fields if field and field.origin]
        tables = {origin[:2] for origin in origins}
        base = scope.cache.relation(*tables.pop()) if len(tables) == 1 and len(origins) == len(columns) else None
        if base is None:
            return None
        truth, columns = base, tuple(origin[2] for origin in origins)
    return truth, columns
