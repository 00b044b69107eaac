"""RDS011: an entry that is not what its row says now."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "row"):
        field = f'"{item.field}" in ' if item.field else ""
        yield Finding(
            Severity.WARNING,
            f"{field}{who(pair)} {'is not what' if item.field else 'have no row:'} "
            f"{'the row says' if item.field else 'none has their key'}",
            consequence=counted(item, "whoever reads the cache sees what is no longer so"),
            help="drop an entry whenever its row is written; redis sync leaves alone what conforms",
        )


RULE = Rule(
    "RDS011",
    "stale-entry",
    "an entry that is not what its row says now",
    CachePair,
    judge,
    Severity.WARNING,
)
