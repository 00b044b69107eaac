"""LNK004: rows ordered by a column of an embed that has many rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RelatedOrderPair
from pgconform.rules.registry import Rule


def judge(pair: RelatedOrderPair) -> Iterator[Finding]:
    relationship = pair.level.relationship
    if relationship is None or relationship.to_one:
        return
    yield Finding(
        Severity.ERROR,
        f"{pair.subject} cannot be ordered by {pair.level.name}({pair.column}): each row has many",
        consequence="the request fails with PGRST118 (a related order is not possible)",
        help=f'to sort the rows inside the embed, write order("{pair.column}", foreign_table="{_key(pair)}")',
    )


def _key(pair: RelatedOrderPair) -> str:
    return pair.level.embed.key.text if pair.level.embed else pair.level.name


RULE = Rule(
    "LNK004",
    "order-by-many",
    "rows ordered by a related table of which each has many",
    RelatedOrderPair,
    judge,
    needs=("links",),
)
