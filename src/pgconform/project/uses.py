"""Who reads and writes a relation, a column or a function: every place, in every claim that was read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal, TypeAlias

import msgspec

from pgconform.check import every_pair
from pgconform.pairs.pair import FieldPair, KeyPair, LinkPair, Pair, RelationPair, display_name
from pgconform.pairs.reads import ReadPair
from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.pairs import CallPair
from pgconform.request import Statement
from pgconform.schema import Access, Function, Relation, Schema
from pgconform.shape import Field, Location
from pgconform.sql.mentions import mentions
from pgconform.sql.placeholders import normal
from pgconform.support.patterns import deferred

How: TypeAlias = Literal["read", "written", "modelled", "cached", "told", "derived"]
_READ = {
    "get": '.get("{}")',
    "model": 'field "{}"',
    "argument": 'argument "{}"',
    "field": "row.{}",
    "attribute": "row.{}",
    "place": "row[{}]",
    "unpack": "unpacked, place {}",
}
_PART = deferred(r'"(?:[^"]|"")+"|[^".]+')
_SELF_EXPLAINED = frozenset({"query", "payload", "row"})


class Use(msgspec.Struct, frozen=True, order=True):
    """One place that uses the subject: ``word`` says what it does there, ``holder`` who."""

    at: Location
    how: How
    word: str = ""
    holder: str = ""


class Subject(msgspec.Struct, frozen=True):
    """What is asked about: a relation, one ``field`` of it, or the functions of one name."""

    name: str
    relation: Relation | None = None
    field: Field | None = None
    functions: tuple[Function, ...] = ()

    @property
    def at(self) -> Location | None:
        owner = self.functions[0] if self.functions else self.relation
        return (self.field.at if self.field else None) or (owner.at if owner else None)


def subjects(world: World, name: str) -> tuple[Subject, ...]:
    """What ``name`` can mean: ``table``, ``schema.table``, either with ``.column``, or a function.

    It is taken as it is, and where that is nothing as SQL takes it: quoted, or in lower case.
    """
    return _named(world, name) or _named(world, ".".join(map(_folded, _PART.findall(name))))


def _folded(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part.lower()


def _named(world: World, name: str) -> tuple[Subject, ...]:
    found = [_of_relation(world, relation, "") for relation in _relations(world, name)]
    head, _, last = name.rpartition(".")
    owners = _relations(world, head) if head else ()
    found += [_of_relation(world, relation, last) for relation in owners if relation.field(last)]
    schema, _, plain = name.rpartition(".")
    if functions := world.functions(plain, schema):
        found.append(Subject(functions[0].qualified if schema else plain, functions=functions))
    return tuple(found)


def uses(world: World, claims: Iterable[Schema], subject: Subject, postgrest: PostgrestConfig) -> tuple[Use, ...]:
    """Every use of the subject, sorted by place; one for each place and kind."""
    claims = tuple(claims)
    found = set(_derived(world, subject))
    for pair in every_pair(world, claims, postgrest):
        found.update(_use(pair, subject))
    if subject.relation is not None:
        for statement in (one for claim in claims for one in claim.statements):
            found.update(_in_statement(world, statement, subject.relation, subject.field))
    return tuple(sorted({_by_line(use) if use.how == "told" else use for use in found}))


def _in_statement(world: World, statement: Statement, relation: Relation, field: Field | None) -> Iterator[Use]:
    """The places of a statement that name the relation, or the column of it."""
    sent = normal(statement)
    if sent.reason or relation.name not in sent.sql:
        return
    for mention in mentions(world, sent.sql):
        column = "" if field is None else field.name
        if mention.relation.qualified != relation.qualified or mention.column not in (column, "*" if column else ""):
            continue
        at = statement.text.place(sent.original(mention.offset), len(column or relation.name)) or statement.at
        if at is not None:
            word = "select *" if mention.column == "*" else _SQL_WORDS.get(mention.access, mention.access.value)
            yield Use(at, "written" if mention.access is not Access.READ else "read", f"SQL, {word}", statement.holder)


_SQL_WORDS = {Access.MENTION: "delete", Access.BOTH: "merge"}


def _by_line(use: Use) -> Use:
    """A document's line, which may say several things of one column."""
    return msgspec.structs.replace(use, at=Location(use.at.uri, use.at.line))


def _relations(world: World, name: str) -> tuple[Relation, ...]:
    schema, _, plain = name.rpartition(".")
    relation = world.relation(plain, schema)
    return (relation,) if relation else world.homes(name) if not schema else ()


def _of_relation(world: World, relation: Relation, column: str) -> Subject:
    shown = display_name(world, relation)
    return Subject(f"{shown}.{column}" if column else shown, relation, relation.field(column) if column else None)


def _use(pair: Pair, subject: Subject) -> Iterator[Use]:
    if pair.at is None:
        return
    if subject.functions:
        if isinstance(pair, CallPair) and any(one in subject.functions for one in pair.named):
            yield Use(pair.at, "read", "call", pair.holder)
    elif subject.relation is None or pair.relation_name != subject.relation.qualified:
        return
    elif subject.field is None:
        if isinstance(pair, RelationPair):
            yield Use(pair.at, how_of(pair.access, pair.source), word_of(pair.access, pair.source), pair.holder)
    elif subject.field.name in columns_of(pair):
        access = pair.access if isinstance(pair, FieldPair) else Access.READ
        yield Use(pair.at, how_of(access, pair.source), word_of(access, pair.source, pair), pair.holder)


def columns_of(pair: Pair) -> tuple[str, ...]:
    match pair:
        case FieldPair() if pair.truth is not None and pair.claim is not None:
            return (pair.truth.name,)
        case ReadPair():
            return (pair.origin,)
        case KeyPair() | LinkPair():
            return pair.claim.columns
    return ()


def how_of(access: Access, source: str) -> How:
    if source == "document":
        return "told"
    if source == "cache":
        return "cached"
    if source not in _SELF_EXPLAINED:
        return "modelled"
    return "written" if access.writes else "read"


def word_of(access: Access, source: str, pair: Pair | None = None) -> str:
    if isinstance(pair, ReadPair):
        return _READ.get(pair.read.method, 'row["{}"]').format(pair.read.key.value)
    if source == "document":
        return ""
    if isinstance(pair, KeyPair):
        return "on_conflict" if pair.claim.kind == "target" else "key"
    if source == "cache":
        return f'field "{pair.claim.attribute}"' if isinstance(pair, FieldPair) and pair.claim else "contract"
    if source not in _SELF_EXPLAINED:
        return f"{source}, {access.value}"
    return {Access.READ: "select", Access.MENTION: "filter or order"}.get(access, access.value)


def _derived(world: World, subject: Subject) -> Iterator[Use]:
    """Columns of views that come from the column, and foreign keys that name it or its relation."""
    home = subject.relation
    if home is None:
        return
    for relation in world.truth.relations:
        for field in relation.fields:
            if field.origin and _is_origin(field.origin, home, subject.field) and (at := field.at or relation.at):
                yield Use(at, "derived", f"{display_name(world, relation)}.{field.name}", relation.kind)
        for link in relation.links:
            named = subject.field is None or subject.field.name in link.target_columns
            if (
                (link.target_schema, link.target) == (home.schema, home.name)
                and named
                and (at := link.at or relation.at)
            ):
                yield Use(at, "derived", f"{display_name(world, relation)}.{', '.join(link.columns)}", "foreign key")


def _is_origin(origin: tuple[str, str, str], home: Relation, field: Field | None) -> bool:
    return field is not None and origin == (home.schema, home.name, field.name)
