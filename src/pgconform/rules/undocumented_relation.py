"""DOC005: a relation that no document speaks of (only on request)."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.told_together import UntoldPair
from pgconform.rules.registry import Rule


def judge(pair: UntoldPair) -> Iterator[Finding]:
    yield Finding(
        Severity.WARNING,
        f"no document speaks of {pair.subject}",
        consequence="people and agents learn of it from the code alone",
        help="describe it, or write a page of it:  pgconform generate docs",
    )


RULE = Rule(
    "DOC005",
    "undocumented-relation",
    "a table or view that no document speaks of",
    UntoldPair,
    judge,
    Severity.WARNING,
    preview=True,
)
