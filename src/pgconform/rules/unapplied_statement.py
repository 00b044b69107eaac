"""MIG001: a statement of the migrations that could not be applied."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import UnreadPair
from pgconform.rules.registry import Rule


def judge(pair: UnreadPair) -> Iterator[Finding]:
    if pair.unread.kind == "statement":
        told = f"; what is known of {pair.subject} may be incomplete" if pair.subject else ""
        yield Finding(
            Severity.INFO,
            f"this statement could not be applied: {pair.unread.reason}",
            consequence=f"the truth was built without it{told}",
            help="add the SQL that it needs to the sources, or check against the database itself",
        )


RULE = Rule("MIG001", "unapplied-statement", "a migration's statement that fails", UnreadPair, judge, Severity.INFO)
