"""MIG004: a truth that nobody named, and that lacks more relations than it has."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.leftout import ScantyPair
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule


def judge(pair: ScantyPair) -> Iterator[Finding]:
    every = pair.held + len(pair.names)
    lacks = quoted(pair.names, most=3)
    yield Finding(
        Severity.WARNING,
        f"the SQL that was found makes {pair.held} of the {every} relations that the code asks for, and not {lacks}",
        consequence="what is missing from so small a truth proves nothing: such findings are notes, others no errors",
        help="name the truth: list its SQL under sql in the settings, or check against the database",
    )


RULE = Rule("MIG004", "scanty-truth", "SQL that is hardly the whole truth", ScantyPair, judge, Severity.WARNING)
