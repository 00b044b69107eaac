"""RDS010: two calls that write different things to keys of one pattern."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "writer"):
        yield Finding(
            Severity.WARNING,
            f"{who(pair)} writes {item.said}, where another call writes {item.expected}",
            consequence="whoever reads the key gets now the one, now the other",
            help="write one form, or use another key",
            truth_at=item.at,
        )


RULE = Rule(
    "RDS010",
    "writers-disagree",
    "two calls that write different things to keys of one pattern",
    CachePair,
    judge,
    Severity.WARNING,
)
