"""Calls of functions: which one is meant, and what it gives."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import msgspec

from pgconform.pairs.pair import Pair
from pgconform.postgrest.cache import SchemaCache
from pgconform.postgrest.conditions import parse_operation
from pgconform.postgrest.filtering import reserved
from pgconform.postgrest.pairs import ArgumentPair, CallPair, ReservedPair
from pgconform.postgrest.scope import Scope
from pgconform.postgrest.syntax import Operation
from pgconform.postgrest.values import constants, said_here
from pgconform.request import Query
from pgconform.schema import Function
from pgconform.shape import JSONS, Field, Labels


class Call(msgspec.Struct, frozen=True):
    """A call and what could be meant. ``whole``: no other argument can be given. ``filters`` are no arguments."""

    named: tuple[Function, ...]
    callable: tuple[Function, ...]
    matching: tuple[Function, ...]
    given: tuple[Field, ...]
    filters: tuple[Field, ...]
    whole: bool
    by_get: bool

    @property
    def function(self) -> Function | None:
        return self.matching[0] if self.whole and len(self.matching) == 1 else None


def call(cache: SchemaCache, query: Query, schema: str, name: str) -> Call:
    """What the server makes of the name and the arguments."""
    by_get = any(query.options.get(option) == "true" for option in ("get", "head"))
    fields = query.payload.fields if query.payload else ()
    filters = tuple(field for field in fields if by_get and _taken(field))
    given = tuple(field for field in fields if field not in filters)
    whole = query.payload is None or (query.payload.whole and all(field.required is not False for field in given))
    callables = cache.callable(schema, name)
    sure = frozenset(field.name for field in given if field.required is not False)
    matching = _matching(callables, sure, whole)
    if not matching and not by_get:
        matching = [function for function in callables if _takes_json(function, sure, cache.config.since(14, 2))]
    return Call(tuple(cache.functions(schema, name)), tuple(callables), tuple(matching), given, filters, whole, by_get)


def _taken(field: Field) -> bool:
    """By GET, the server takes the argument for a filter or for something of its own."""
    return reserved(field.name) or _looks_like_filter(field)


def _looks_like_filter(field: Field) -> bool:
    """The argument's value starts with an operator and a dot."""
    values = field.type.values if isinstance(field.type, Labels) else ()
    return bool(values) and all(isinstance(parse_operation(value), Operation) for value in values)


def _matching(functions: Iterable[Function], given: frozenset[str], whole: bool) -> list[Function]:
    return [function for function in functions if takes(function, given, whole)]


def takes(function: Function, given: frozenset[str], whole: bool) -> bool:
    """The names are all the function's, and none it needs is missing; types never decide."""
    every = {argument.name for argument in function.inputs}
    return given <= every and (not whole or needed(function, given) <= given)


def needed(function: Function, given: frozenset[str]) -> set[str]:
    """The arguments that cannot be left out: among named ones Postgres wants a variadic one, whatever its default."""
    return {item.name for item in function.inputs if not item.optional or (item.mode == "variadic" and given)}


def _takes_json(function: Function, given: frozenset[str], nameless: bool) -> bool:
    """The whole body can be its one argument; before 14.2 one with a name is called too, with what bears the name."""
    argument = function.inputs[0] if one_json(function) else None
    if argument is None or not argument.name:
        return argument is not None
    return not nameless and (argument.optional or argument.name in given)


def one_json(function: Function) -> bool:
    """Its one argument is JSON."""
    arguments = function.inputs
    return len(arguments) == 1 and arguments[0].type.raw in JSONS


def called(scope: Scope, name: str, found: Call) -> Iterator[Pair]:
    """The call as a whole, then its arguments."""
    query = scope.query
    at = query.relation.at if query.relation else query.at
    sent = frozenset(field.name for field in found.given if field.required is not False)
    yield CallPair(
        scope.part(at),
        scope.schema,
        name,
        found.named,
        found.callable,
        found.matching,
        sent,
        sent if found.whole else None,
        found.by_get,
    )
    for field in found.filters:
        yield ReservedPair(scope.part(field.at or at), field.name, argument=True)
    yield from _arguments(scope, found)


def _arguments(scope: Scope, found: Call) -> Iterator[Pair]:
    if len(found.matching) != 1:
        return
    function = found.matching[0]
    known = constants(scope.query.payload) if scope.query.payload else {}
    arguments = {argument.name: argument for argument in function.inputs if argument.name}
    for field in found.given:
        if field.name in arguments:
            argument = arguments[field.name]
            represented = scope.cache.represented(argument.type)
            sent = known.get(field.name, [])
            values = tuple(json.loads(item.json or "null") for item in sent) or None
            here = all(said_here(item, field.at) for item in sent)
            part = scope.part(field.at)
            yield ArgumentPair(part, function, argument, field, values, here, found.by_get, represented)
