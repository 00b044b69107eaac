"""CFG001: a comment that asks to ignore a finding that is not there."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity, Unignore
from pgconform.pairs.suppressed import SuppressionPair
from pgconform.rules.registry import Rule


def judge(pair: SuppressionPair) -> Iterator[Finding]:
    if pair.unused or pair.idle:
        what = ", ".join(pair.unused) or "nothing"
        yield Finding(
            Severity.INFO,
            f"this comment ignores {what}, which is not found here" if pair.unused else "this comment ignores nothing",
            help="take the comment away, or what is unused out of its brackets",
            change=Unignore(pair.unused),
            safe=True,
        )


RULE = Rule("CFG001", "unused-suppression", "a comment that ignores nothing", SuppressionPair, judge, Severity.INFO)
