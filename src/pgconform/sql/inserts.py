"""What an INSERT leaves out: columns that must be given, or the list of columns itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.schema import TABLES, Access, Relation
from pgconform.sql.standing import Open
from pgconform.sql.tokens import IDENTIFIER, plain
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_INSERT = deferred(
    rf"\s*insert\s+into\s+({IDENTIFIER}(?:\.{IDENTIFIER})?)(?:\s+as\s+{IDENTIFIER})?\s*(\([^()]*\)(?=\s*(?:overriding|values|select|with|default|table|\()))?",
    re.IGNORECASE,
)


def target(sql: str) -> tuple[str, tuple[str, ...] | None] | None:
    """The relation an INSERT is into and the columns it lists, None without a list; None of another statement."""
    found = _INSERT.match(sql)
    if found is None or re.match(r"\s*default\s+values", sql[found.end() :], re.IGNORECASE):
        return None
    listed = found[2]
    return plain(found[1]), tuple(plain(name) for name in re.findall(IDENTIFIER, listed)) if listed else None


def left_out(pair: StatementPair) -> Iterator[Pair]:
    """The columns of the table that the INSERT does not list."""
    if pair.unjudged or pair.kind or Open.LISTED in pair.normal.open:
        return
    found = target(pair.normal.sql)
    if found is None or found[1] is None:
        return
    schema, _, name = found[0].rpartition(".")
    relation = pair.world.relation(name, schema)
    if relation is None or relation.kind not in TABLES or pair.world.half_seen(name, schema):
        return
    access = Access.INSERT
    claim = Relation(name, schema, "statement", access=access, whole=True, holder=pair.holder, at=pair.claim.at)
    claimed = RelationPair(pair.world, relation, claim)
    for column, field in pair.world.fields(relation).items():
        if column not in found[1]:
            yield FieldPair(claimed, field, None)
