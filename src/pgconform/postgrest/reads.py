"""Keys read from what a request gives."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.finding import Severity
from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.reads import ReadPair, at_most, together
from pgconform.postgrest.pairs import CountedPair
from pgconform.postgrest.plan import Level, embedded, outputs
from pgconform.postgrest.scope import Scope, claimed
from pgconform.postgrest.tops import level_of
from pgconform.request import Query, Read
from pgconform.schema import Access
from pgconform.shape import Field

_NO_ROWS = frozenset({"csv", "explain", "strip_nulls"})


def read(scope: Scope) -> Iterator[Pair]:
    """Every key that is read, beside the names the request gives."""
    yield from together(_each(scope)) if gives_rows(scope.query) else ()


def _each(scope: Scope) -> Iterator[Pair]:
    for item in scope.query.reads:
        level = _level(scope.top, item.path)
        if level is not None and item.path and (item.direct or item.method == "place"):
            yield from _counted(scope, level, item)
        if item.method == "place":
            continue
        if not item.key.whole:
            yield scope.dynamic("a key", item.at)
        elif level is not None and level.relation is not None:
            yield from _key(scope, level, item)


def gives_rows(query: Query) -> bool:
    """The response has rows, each whole."""
    minimal = query.options.get("returning") == '"minimal"' and query.select is None
    counted = query.options.get("head") == "true"
    return not (minimal or counted or _NO_ROWS.intersection(query.calls))


def _level(top: Level, path: tuple[str, ...]) -> Level | None:
    """The level whose rows are read; None inside a JSON value, or where no embed has that name."""
    level: Level | None = top
    for name in path:
        level = embedded(level, name) if level else None
    return level


def _key(scope: Scope, level: Level, item: Read) -> Iterator[Pair]:
    names, relation = outputs(level), level.relation
    if relation is None or (relation.kind == "function" and not relation.fields):
        return
    if names is None and not relation.whole:
        yield scope.unknown(f"{relation.name} is only partly known", item.at, "partly known")
        return
    if names is None:
        yield scope.dynamic("what the select gives", item.at)
        return
    key = item.key.value
    if item.method == "model" and relation.field(key) is None:
        return
    every, alike = _beside(scope, level, item, names)
    most = at_most(item, {*every, *level.computed}, relation.field if alike else _unknown)
    if most is None:
        return
    known = key in every or key in level.computed or relation.field(key) is not None
    loose = item.required and most is not Severity.ERROR
    if known or loose or not alike or level is not scope.top or not relation.whole:
        found = _pair(scope, level, item, tuple(every))
        found.ceiling = max(found.ceiling, most, key=lambda severity: severity.rank)
        found.requests = len(item.others) + 1
        found.relation_name = found.relation_name if alike or key in every else ""
        yield found
        return
    claim = claimed(scope.query, relation.schema, relation.name, (), Access.READ)
    pair = RelationPair(scope.world, relation, replace(claim, kind="row", at=item.at))
    yield FieldPair(pair, None, Field(key, required=item.required, at=item.at))


def _beside(scope: Scope, level: Level, item: Read, names: list[str]) -> tuple[list[str], bool]:
    """All that any of the requests gives that the row may be of, and whether all are of one relation's rows.

    One may give whatever is read.
    """
    if not item.others:
        return names, True
    every, alike = [*names, *level.computed], level is scope.top
    for other in item.others:
        top = level_of(scope.cache, other) if gives_rows(other) else None
        given = outputs(top) if top is not None else None
        every += [*given, *top.computed] if given is not None and top is not None else [item.key.value]
        alike = alike and top is not None and top.origin == level.origin
    return list(dict.fromkeys(every)), alike


def _unknown(_: str) -> Field | None:
    """Nothing is known of a name that different relations may have."""


def _counted(scope: Scope, level: Level, item: Read) -> Iterator[Pair]:
    """An embed read as one row where it gives a list, or the other way round."""
    relationship = level.relationship
    if relationship is None or (level.embed is not None and level.embed.spread):
        return
    if relationship.to_one is (item.method == "place"):
        yield CountedPair(scope.part(item.at, level), item.path[-1], relationship.to_one)


def _pair(scope: Scope, level: Level, item: Read, names: tuple[str, ...]) -> ReadPair:
    part = scope.part(item.at, level)
    found = ReadPair(scope.world, item, names, "request", item.holder or scope.query.holder)
    found.subject, found.relation_name, found.at = part.subject, part.relation_name, part.at
    found.ceiling = Severity.INFO if scope.query.fallback else Severity.ERROR
    found.column = level.relation is not None and level.relation.field(item.key.value) is not None
    found.origin = item.key.value
    return found
