"""RDS007: an entry that lives longer, or shorter, than its contract says."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "ttl"):
        yield Finding(
            Severity.WARNING,
            f"{who(pair)} {_lives(pair, item)}; the contract says {item.expected}",
            consequence=counted(
                item, "what is stale stays" if item.said == "none" or "most" in item.expected else "it is gone too soon"
            ),
            help="set it with every write:  SET … EX seconds",
        )


def _lives(pair: CachePair, item: Observed) -> str:
    if item.said in ("none", "more"):
        verb = "sets" if pair.use else "have"
        return f"{verb} no time to live" if item.said == "none" else "live longer"
    return f"sets a time to live of {item.said}"


RULE = Rule(
    "RDS007",
    "unbounded-ttl",
    "an entry that lives longer, or shorter, than its contract says",
    CachePair,
    judge,
    Severity.WARNING,
)
