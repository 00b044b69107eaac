"""RDS002: an entry that is of another Redis type than its contract says."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "type"):
        yield Finding(
            Severity.ERROR,
            f"{who(pair)} are of type {item.said}, not {item.expected}",
            consequence=counted(item, "whoever reads them gets WRONGTYPE"),
            help="let them expire, or drop them:  pgconform redis sync --cache evict --write",
        )


RULE = Rule(
    "RDS002",
    "wrong-key-type",
    "an entry that is of another Redis type than its contract says",
    CachePair,
    judge,
    Severity.ERROR,
)
