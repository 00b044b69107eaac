"""RDS006: a text that stands for NULL, or a NULL where the column has none."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "sentinel", "null"):
        yield Finding(
            Severity.WARNING,
            f'"{item.field}" in {who(pair)} is {item.said}, {_wanted(item)}',
            consequence=counted(
                item,
                "the column is NOT NULL, so that no row has it"
                if item.kind == "null"
                else "whoever reads it takes it for a value",
            ),
            help="write a JSON null, and leave the field out of a hash" if item.kind == "sentinel" else "",
        )


def _wanted(item: Observed) -> str:
    return "and its column is NOT NULL" if item.kind == "null" else f"not {item.expected}"


RULE = Rule(
    "RDS006",
    "none-sentinel",
    "a text that stands for NULL, or a NULL where the column has none",
    CachePair,
    judge,
    Severity.WARNING,
)
