"""RDS008: an entry without the version that its contract asks for."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.caches import CachePair
from pgconform.rules._caches import counted, of_kind, who
from pgconform.rules.registry import Rule


def judge(pair: CachePair) -> Iterator[Finding]:
    for item in of_kind(pair, "version"):
        yield Finding(
            Severity.WARNING,
            f'{who(pair)} have no version in "{item.field}"',
            consequence=counted(item, "a reader cannot tell entries of an older schema from its own"),
        )


RULE = Rule(
    "RDS008",
    "unversioned-entry",
    "an entry without the version that its contract asks for",
    CachePair,
    judge,
    Severity.WARNING,
)
