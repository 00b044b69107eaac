"""A program's statement beside the truth, and the relation or column of it that the server does not know."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from pgconform.finding import Severity
from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.world import World
from pgconform.request import Proof, Statement
from pgconform.schema import Access, Relation, Unread
from pgconform.shape import Field, Location
from pgconform.sql.conflicts import conflict_targets
from pgconform.sql.inserts import left_out
from pgconform.sql.nulls import written_nulls
from pgconform.sql.parameters import parameter_pairs
from pgconform.sql.placeholders import Normal, normal
from pgconform.sql.results import result_pairs
from pgconform.sql.tokens import IDENTIFIER, plain
from pgconform.sql.verdict import Kind, reason, refused, relation_of
from pgconform.support.patterns import deferred

_SOURCE = deferred(
    rf"\b(?:from|join|into|update)\s+(?:only\s+)?({IDENTIFIER}(?:\.{IDENTIFIER})?)(?:\s+(?:as\s+)?({IDENTIFIER}))?",
    re.IGNORECASE,
)
_PART_OF = deferred(r"\b((?:extract|overlay|substring|trim)\s*\([^()]*?)\bfrom\b", re.IGNORECASE)
"""``extract(day from …)`` and its like, whose FROM brings no relation."""
_SEVERAL = deferred(r"\b(?:join|with|lateral|union|select\b.*\bselect)\b|\bfrom\b[^()]*,", re.IGNORECASE | re.DOTALL)
_COLUMN = deferred(r'^column "?(?:(?P<table>[^".]+)\.)?(?P<name>[^"]+)"?(?: of relation "(?P<of>.+)")? does not exist$')
_OF_TYPE = deferred(r'^column "([^"]+)" is of type ')
_WRITES = {"insert": Access.INSERT, "update": Access.UPDATE}


class StatementPair:
    """A statement and what the server says of it. ``kind`` is what is wrong; None: nothing, or it is not judged.

    ``loose``: types that the driver gives to parameters may decide. ``told``: a relation's or column's rule says it.
    """

    site = True
    source = "statement"
    relation_name = ""
    subject = ""
    ceiling = Severity.ERROR
    truth_at = None

    def __init__(self, world: World, claim: Statement) -> None:
        self.world = world
        self.claim = claim
        self.holder = claim.holder

    @cached_property
    def normal(self) -> Normal:
        return normal(self.claim)

    @cached_property
    def unjudged(self) -> Unread | None:
        said = reason(self.world, self.claim, self.normal)
        return Unread(said, "statement", at=self.claim.at) if said else None

    @property
    def proof(self) -> Proof:
        return self.claim.proof or Proof()

    @property
    def kind(self) -> Kind | None:
        return None if self.unjudged else refused(self.claim, self.normal, self.proof)

    @property
    def loose(self) -> bool:
        return self.claim.style != "numeric" and "$1" in self.normal.sql

    @cached_property
    def told(self) -> bool:
        return any(True for _ in parts(self))

    @cached_property
    def at(self) -> Location | None:
        """The place the server points at, else the statement's own."""
        position = self.proof.position
        if position < 0:
            return self.claim.at
        place = self.claim.text.place(self.normal.original(position), len(self._word) or 1)
        return place or self.claim.at

    @property
    def _word(self) -> str:
        """What stands where the server points."""
        position = self.proof.position
        found = re.match(r'[\w".$]+', self.normal.sql[position:]) if position >= 0 else None
        return found[0] if found else ""

    @property
    def alone(self) -> Relation | None:
        """The one relation that the statement is about, where there is no other."""
        return _home(self, "")

    @property
    def held(self) -> tuple[Relation, str] | None:
        """The relation and its column whose type the statement does not fit, where the server says which it is."""
        named = _OF_TYPE.match(self.proof.message)
        table, _, column = ("", "", named[1]) if named else plain(self._word).rpartition(".")
        relation = _home(self, table)
        return (relation, column) if relation and column in self.world.fields(relation) else None


def statement_pairs(world: World, claim: Statement) -> Iterator[Pair]:
    """The statement, what it lacks, what an INSERT leaves out or says is a key, what is made of its rows."""
    pair = StatementPair(world, claim)
    yield pair
    yield from parts(pair)
    yield from left_out(pair)
    yield from conflict_targets(pair)
    yield from written_nulls(pair)
    yield from result_pairs(pair)
    yield from parameter_pairs(pair)


def parts(pair: StatementPair) -> Iterator[Pair]:
    """The relation or the column that the server does not know, as a claim of its own."""
    match pair.kind:
        case Kind.RELATION:
            schema, name = relation_of(pair.proof)
            yield RelationPair(pair.world, None, _claim(pair, name, schema))
        case Kind.COLUMN if found := _COLUMN.match(pair.proof.message):
            relation = _home(pair, found["table"] or found["of"] or "")
            if relation is not None:
                claimed = RelationPair(pair.world, relation, _claim(pair, relation.name, relation.schema))
                yield FieldPair(claimed, None, Field(found["name"], at=pair.at))


def _claim(pair: StatementPair, name: str, schema: str) -> Relation:
    first = pair.normal.sql.split(None, 1)[0].lower()
    access = _WRITES.get(first, Access.READ)
    return Relation(name, schema, "statement", access=access, whole=False, holder=pair.holder, at=pair.at)


def _home(pair: StatementPair, named: str) -> Relation | None:
    """The relation that a column is said of: by its name or alias, or the only one there is."""
    sql = _PART_OF.sub(r"\1", pair.normal.sql)
    sources = [(plain(table), plain(alias)) for table, alias in _SOURCE.findall(sql)]
    if named:
        tables = [table for table, alias in sources if alias == named or table.rpartition(".")[2] == named]
    else:
        tables = [] if _SEVERAL.search(sql) else [table for table, _ in sources]
    if len(set(tables)) != 1:
        return None
    schema, _, name = tables[0].rpartition(".")
    return pair.world.relation(name, schema)
