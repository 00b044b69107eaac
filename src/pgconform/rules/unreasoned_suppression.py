"""CFG002: a comment that asks to ignore a finding and does not say why."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.suppressed import SuppressionPair
from pgconform.rules.registry import Rule


def judge(pair: SuppressionPair) -> Iterator[Finding]:
    if not pair.suppression.reason:
        yield Finding(
            Severity.INFO,
            "this comment ignores a finding without saying why",
            help="write the reason after the brackets:  # pgconform: ignore[COL001]  filled by a trigger",
        )


RULE = Rule(
    "CFG002", "unreasoned-suppression", "a suppression that does not say why", SuppressionPair, judge, Severity.INFO
)
