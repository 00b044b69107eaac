"""CFG004: a committed snapshot that is not what the database is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.staleness import SnapshotPair
from pgconform.rules.registry import Rule

_NAMED = 3


def judge(pair: SnapshotPair) -> Iterator[Finding]:
    if not pair.found:
        return
    count = len(pair.found)
    named = [f"{item.kind} {item.subject} {item.what}" for item in pair.found[:_NAMED]]
    more = [f"{count - _NAMED} more"] if count > _NAMED else []
    yield Finding(
        Severity.WARNING,
        f"the snapshot is not what the database is: {count} {'part differs' if count == 1 else 'parts differ'}",
        consequence=f"an offline check judges by it: {', '.join([*named, *more])}",
        help="write it again:  pgconform snapshot --live",
    )


RULE = Rule(
    "CFG004",
    "stale-snapshot",
    "a committed snapshot that is not what the database is",
    SnapshotPair,
    judge,
    Severity.WARNING,
)
