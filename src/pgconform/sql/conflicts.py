"""The columns of an INSERT's ON CONFLICT: a claim that they identify a row."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.pairs.pair import KeyPair, Pair, RelationPair
from pgconform.schema import TABLES, Access, Key, Relation
from pgconform.sql.inserts import target
from pgconform.sql.tokens import IDENTIFIER
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_TARGET = deferred(rf"\bon\s+conflict\s*\(\s*({IDENTIFIER}(?:\s*,\s*{IDENTIFIER})*)\s*\)\s*do\b", re.IGNORECASE)
_INTO = deferred(r"\binsert\s+into\b", re.IGNORECASE)


def conflict_targets(pair: StatementPair) -> Iterator[Pair]:
    """The columns of an ON CONFLICT without a condition, which a constraint or an index has to have.

    What the server takes when it prepares a statement it may still refuse here: only a plan needs the index.
    """
    sql = pair.normal.sql
    if pair.unjudged or pair.kind or not pair.claim.proof or not _TARGET.search(sql):
        return
    found = list(_TARGET.finditer(sql))
    into = target(sql) if len(found) == len(_INTO.findall(sql)) == 1 else None
    if into is None:
        return
    schema, _, name = into[0].rpartition(".")
    relation = pair.world.relation(name, schema)
    if relation is None or relation.kind not in TABLES or pair.world.half_seen(name, schema):
        return
    columns = tuple(_plain(one) for one in re.findall(IDENTIFIER, found[0][1]))
    at = pair.claim.text.place(pair.normal.original(found[0].start(1)), len(found[0][1])) or pair.claim.at
    claim = Relation(name, schema, "statement", access=Access.INSERT, whole=False, holder=pair.holder, at=at)
    yield KeyPair(RelationPair(pair.world, relation, claim), relation, Key(columns, "target", at=at))


def _plain(name: str) -> str:
    return name[1:-1] if name.startswith('"') else name.lower()
