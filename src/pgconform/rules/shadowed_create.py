"""MIG002: CREATE … IF NOT EXISTS over an object of that name that is not the same."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import UnreadPair
from pgconform.rules.registry import Rule


def judge(pair: UnreadPair) -> Iterator[Finding]:
    if pair.unread.kind == "shadowed":
        yield Finding(
            Severity.WARNING,
            f"this CREATE does nothing: {pair.unread.reason}",
            consequence=f"{pair.subject or 'the object'} stays as an earlier migration made it",
            help="alter what exists instead",
        )


RULE = Rule("MIG002", "shadowed-create", "a CREATE that an earlier one makes void", UnreadPair, judge, Severity.WARNING)
