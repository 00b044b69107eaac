"""DOC008: two places of documents that say different things of one column, where the schema itself says nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.told_together import ToldTwicePair
from pgconform.rules.registry import Rule


def judge(pair: ToldTwicePair) -> Iterator[Finding]:
    yield Finding(
        Severity.WARNING,
        f"{pair.subject} has the {pair.what} {pair.other} here, and {pair.said} at {pair.truth_at}",
        consequence="one of them misleads, and the schema does not say which",
        help="agree on one, or let the schema say it: a CHECK, an enum, NOT NULL",
    )


RULE = Rule(
    "DOC008",
    "documents-disagree",
    "documents that say different things of one column",
    ToldTwicePair,
    judge,
    Severity.WARNING,
)
