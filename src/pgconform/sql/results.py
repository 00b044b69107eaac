"""What a program does with a statement's rows beside the columns that the server says they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.finding import Severity
from pgconform.pairs.fitting import gravity
from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.pairing import field_pairs
from pgconform.pairs.reads import ReadPair, at_most, together
from pgconform.pairs.world import World
from pgconform.request import Made, Read, Result, Statement, Text
from pgconform.schema import Access, Relation, Transport
from pgconform.shape import Array, Field, Scalar, Type, Unknown
from pgconform.sql.drivers import WIRES
from pgconform.sql.filled import filled
from pgconform.sql.leading import LEADING
from pgconform.sql.places import PlacePair, RowlessPair
from pgconform.sql.standing import Open
from pgconform.sql.typenames import named_type
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_ANY = (Transport.PSYCOPG, Transport.POSTGREST, Transport.ASYNCPG)
"""In one of their forms a value comes over a driver that has no wire here (psycopg2), or that is not known."""
_OUTER = deferred(r"\b(?:left|right|full)\s+(?:outer\s+)?join\b", re.IGNORECASE)
_SELECTS = deferred(rf"{LEADING}\(*select\b", re.IGNORECASE)
"""It gives rows, be they without columns."""
_ANONYMOUS = "?column?"
_OPEN = frozenset({"interval"})
"""Types of which an expression's values hang on what it does: between two times there are days, and no months."""


def transport(statement: Statement) -> Transport:
    """The wire of a statement's rows, by the driver that runs it."""
    return WIRES.get(statement.api.partition(".")[0]) or Transport.SQL


def result_pairs(pair: StatementPair) -> Iterator[Pair]:
    """Everything that is read of the rows, then the objects that are made of them."""
    results = pair.proof.results
    if results is None or pair.unjudged or pair.kind or Open.ROWS in pair.normal.open:
        return
    reads = [read for read in pair.claim.reads if _is_column(pair, read)]
    if not results and not _SELECTS.match(pair.normal.sql):
        places = [*(read.at for read in reads), *(made.at for made in pair.claim.makes)]
        if places and Open.VALUES not in pair.normal.open:
            yield RowlessPair(pair, places[0])
        return
    for read in reads:
        if read.method in ("place", "unpack"):
            yield PlacePair(pair, read, results)
        elif most := _at_most(pair, read, results):
            found = _read(pair, read, results)
            found.ceiling = most
            yield found
    for made in pair.claim.makes:
        yield from together(_made(pair, made, results))


def _is_column(pair: StatementPair, read: Read) -> bool:
    """A column of the row is read, and no more of what is in it; only SQLAlchemy's rows have them as attributes."""
    return not read.path and (read.method != "attribute" or transport(pair.claim) is Transport.SQLALCHEMY)


def _read(pair: StatementPair, read: Read, results: tuple[Result, ...], holder: str = "") -> ReadPair:
    names = tuple(result.name for result in results if result.name != _ANONYMOUS or read.key.value == _ANONYMOUS)
    found = ReadPair(pair.world, read, names, "statement", holder or pair.holder)
    origin = next((result.origin for result in results if result.name == read.key.value), None)
    if origin is not None:
        found.relation_name, found.origin = ".".join(origin[:2]), origin[2]
    homes = {result.origin[:2] for result in results if result.origin}
    found.column = any(_has(pair.world, home, read.key.value) for home in homes)
    return found


def _at_most(pair: StatementPair, read: Read, results: tuple[Result, ...]) -> Severity | None:
    columns = {result.name: result for result in results}
    return at_most(read, columns, lambda name: _truth(pair, columns[name]))


def _has(world: World, home: tuple[str, ...], name: str) -> bool:
    relation = world.relation(home[1], home[0])
    return relation is not None and name in world.fields(relation)


def _made(pair: StatementPair, made: Made, results: tuple[Result, ...]) -> Iterator[Pair]:
    columns = {result.name: result for result in results}
    taken = {field.name for field in made.fields} | set(made.added)
    for field in made.fields:
        if field.name in made.added:
            continue
        if (column := columns.get(field.name)) is not None:
            yield from field_pairs(_received(pair, made, column, field))
        elif field.required is True and made.whole:
            yield _read(pair, Read(Text(field.name, made.at), (), "model", at=made.at), results, made.holder)
    if made.extra == "forbid" and made.whole:
        for name, column in columns.items():
            if name not in taken:
                yield FieldPair(_relation(pair, made, column, transport(pair.claim)), _truth(pair, column), None)


def _received(pair: StatementPair, made: Made, column: Result, field: Field) -> FieldPair:
    """A field beside its column: over the driver's wire, or over that of `_ANY` which suits the field best."""
    wire, truth = transport(pair.claim), _truth(pair, column)
    if wire in _ANY:
        return FieldPair(_relation(pair, made, column, wire, field), truth, field)
    if isinstance(truth.type, Array):
        truth = replace(truth, type=Unknown())
    found = (FieldPair(_relation(pair, made, column, wire, field), truth, field) for wire in _ANY)
    return min(found, key=lambda one: gravity(one.read_fit) if one.read_fit else ())


def _relation(pair: StatementPair, made: Made, column: Result, wire: Transport, *fields: Field) -> RelationPair:
    """The claim of one field, beside the relation that its column comes from."""
    schema, name = column.origin[:2] if column.origin else ("", "the statement's result")
    truth = pair.world.relation(name, schema) if column.origin else None
    claim = Relation(
        name,
        schema,
        made.kind,
        fields,
        access=Access.READ,
        whole=False,
        transport=wire,
        holder=made.holder,
        extra=made.extra,
        enforced=made.enforced,
        at=made.at,
    )
    return RelationPair(pair.world, truth or Relation(name, schema, "result"), claim)


def _truth(pair: StatementPair, result: Result) -> Field:
    """The column of a result: as the truth has it where it comes from there, else of the type the server says."""
    if result.origin:
        schema, name, column = result.origin
        relation = pair.world.relation(name, schema)
        found = pair.world.fields(relation).get(column) if relation else None
        if found is not None:
            sql = pair.normal.sql
            unsure = _OUTER.search(sql) if found.nullable is False else found.name in filled(sql)
            nullable = None if unsure else found.nullable
            return Field(found.name, found.type, nullable, filled=found.filled, at=found.at)
    return Field(result.name, Unknown(result.type) if result.type in _OPEN else type_of(pair.world, result.type))


def type_of(world: World, name: str) -> Type:
    """The type of that `format_type()` text."""
    if name.endswith("[]"):
        of = type_of(world, name.removesuffix("[]"))
        return of if isinstance(of, Unknown) else Array(of, name)
    found = named_type(name)
    if found:
        return Scalar(found, raw=name)
    schema, _, plain = name.rpartition(".")
    known = world.named_type(plain.strip('"'), schema.strip('"'))
    return known.type if known and known.kind in ("enum", "domain", "composite") else Unknown(name)
