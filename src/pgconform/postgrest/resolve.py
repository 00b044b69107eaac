"""A request beside the truth: the pairs that say everything the server would."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.pairs.pair import Pair, RelationPair
from pgconform.pairs.world import World
from pgconform.postgrest.cache import Root, cache_of
from pgconform.postgrest.calling import call, called
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.filtering import filtered, logical
from pgconform.postgrest.named import named
from pgconform.postgrest.ordering import ordered
from pgconform.postgrest.pairs import RequestPair
from pgconform.postgrest.plan import Level
from pgconform.postgrest.reads import read
from pgconform.postgrest.relationships import Id
from pgconform.postgrest.scope import Claims, Scope, claimed
from pgconform.postgrest.selecting import selected
from pgconform.postgrest.syntax import Refusal
from pgconform.postgrest.tops import schema_of, top_of
from pgconform.postgrest.writes import access
from pgconform.postgrest.writing import conflict_target, written
from pgconform.request import Query
from pgconform.schema import Relation

BARE = Level(None, None)


def resolve(query: Query, world: World, config: PostgrestConfig) -> Iterator[Pair]:
    """Every claim of a request, beside what the truth says of it."""
    cache = cache_of(world, config)
    schema = schema_of(query, config)
    bare = Scope(query, world, cache, schema or "", BARE)
    if schema is None:
        yield bare.dynamic("the schema", query.schema.at) if query.schema else bare.unknown(_ELSEWHERE, None)
    elif schema in config.schemas and not cache.sees(schema):
        yield bare.dynamic(f"schema {schema}", query.schema.at if query.schema else None)
    elif schema not in config.schemas:
        yield RequestPair(bare.part(query.schema.at if query.schema else None), None, schema, (), BARE)
        if cache.sees(schema):
            yield from resolve(query, world, replace(config, schemas=(*config.schemas, schema)))
    elif query.relation is None or not query.relation.whole:
        what = "the function's name" if query.verb == "rpc" else "the table's name"
        yield bare.dynamic(what, query.relation.at if query.relation else None)
        yield from _body(bare, Root(None, None))
    elif query.verb == "rpc":
        yield from _of_function(bare, query.relation.value)
    else:
        yield from _of_table(bare, query.relation.value)


_ELSEWHERE = "for which schema this client was made is not known"
"""Other clients of the project were made for a schema of their own."""
_NOWHERE = "the object may be of a class that asks no database"
"""Another class of the same base does the same elsewhere, so that the name may be of something there."""


def _of_table(bare: Scope, name: str) -> Iterator[Pair]:
    relation = bare.cache.relation(bare.schema, name)
    if relation is None and bare.query.unsure:
        yield bare.unknown(_NOWHERE, bare.query.relation.at if bare.query.relation else None)
        return
    fields = named(bare.query) if relation is None else ()
    claim = claimed(bare.query, bare.schema, name, fields, access(bare.query))
    yield RelationPair(bare.world, relation, _placed(claim, bare.query))
    root = Root(relation, Id(bare.schema, name) if relation else None)
    yield from _body(bare, root)


def _of_function(bare: Scope, name: str) -> Iterator[Pair]:
    found = call(bare.cache, bare.query, bare.schema, name)
    if not found.named and bare.query.unsure:
        yield bare.unknown(_NOWHERE, bare.query.relation.at if bare.query.relation else None)
        return
    yield from called(bare, name, found)
    yield from _body(bare, bare.cache.result(found.function) if found.function else Root(None, None))


def _placed(claim: Relation, query: Query) -> Relation:
    return replace(claim, at=(query.relation.at if query.relation else None) or query.at)


def _body(bare: Scope, root: Root) -> Iterator[Pair]:
    query = bare.query
    level, wire, selection = top_of(bare.cache, query, root)
    scope = replace(bare, top=level)
    claims = Claims(scope)
    if isinstance(selection, Refusal):
        yield scope.refused("select", wire, selection)
    else:
        yield from scope.leftover("select", wire, selection.end)
        yield from selected(scope, claims, wire)
    yield from _calls(scope, claims)
    yield from _writes(scope, claims)
    yield from claims.pairs()
    yield from read(scope)
    relation = scope.top.relation
    key = bare.cache.primary_keys.get(Id(relation.schema, relation.name), ()) if relation else ()
    yield RequestPair(scope.part(query.at), relation, scope.schema, key, scope.top)


def _calls(scope: Scope, claims: Claims) -> Iterator[Pair]:
    for filter_ in scope.query.filters:
        yield from filtered(scope, claims, filter_)
    for logic in scope.query.logics:
        yield from logical(scope, claims, logic)
    for order in scope.query.orders:
        yield from ordered(scope, claims, order)


def _writes(scope: Scope, claims: Claims) -> Iterator[Pair]:
    query, relation = scope.query, scope.top.relation
    if relation is None or query.verb in ("select", "delete", "rpc"):
        return
    if query.payload is not None:
        yield from written(scope, relation, query.payload)
    yield from conflict_target(scope, claims, relation)
