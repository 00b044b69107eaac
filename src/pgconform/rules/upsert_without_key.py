"""QRY021: an upsert with nothing to find an existing row by."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.postgrest.writes import merges
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query, relation = pair.query, pair.relation
    if relation is None or not merges(query) or pair.key or not relation.whole:
        return
    if query.on_conflict is not None and query.on_conflict.value:
        return
    yield Finding(
        Severity.WARNING,
        f"the upsert of {pair.subject} has nothing to find existing rows by: there is no primary key",
        consequence="every row is inserted anew, or the request fails with 23505",
        help="name unique columns: on_conflict=…",
    )


RULE = Rule(
    "QRY021",
    "upsert-without-key",
    "an upsert of a table without a primary key",
    RequestPair,
    judge,
    severity=Severity.WARNING,
)
