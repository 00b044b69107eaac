"""CON010: a CHECK that could not be read as limits on one column, so that nobody is held to it."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules.registry import Rule


def judge(pair: TruthPair) -> Iterator[Finding]:
    for check in pair.truth.checks:
        if not check.understood:
            several = f" compares {', '.join(check.columns)}" if len(check.columns) > 1 else ""
            yield Finding(
                Severity.INFO,
                f"CHECK {check.name or check.expression} of {pair.subject}{several}: not held against any claim",
                consequence="a row that it refuses fails with 23514 at run time only",
                truth_at=check.at,
                at=check.at,
            )


RULE = Rule("CON010", "uninterpreted-check", "a CHECK that no claim is held to", TruthPair, judge, Severity.INFO)
