"""RDS004: an entry, or a value in one, that is encoded otherwise than its contract says."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule

_LAX = "a lenient reader takes it, a strict one does not"


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "encoding"):
        verb = ("writes" if pair.use.verb == "write" else "reads") if pair.use else "are"
        yield Finding(
            Severity.ERROR if pair.use is None else Severity.WARNING,
            f"{who(pair)} {verb} {item.said}, the contract says {item.expected}",
            consequence=counted(item, "whoever goes by the contract cannot decode it"),
        )
    for item in of_kind(pair, "form", "value"):
        yield Finding(
            Severity.WARNING if item.kind == "form" else Severity.ERROR,
            f'"{item.field}" in {who(pair)} is {item.said}, not {item.expected}',
            consequence=counted(
                item, _LAX if item.kind == "form" else "no value of the column is so, and validation fails"
            ),
        )


RULE = Rule(
    "RDS004",
    "encoding-differs",
    "an entry, or a value in one, that is encoded otherwise than its contract says",
    CachePair,
    judge,
    Severity.ERROR,
)
