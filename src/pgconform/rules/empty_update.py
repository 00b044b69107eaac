"""QRY026: an update of nothing."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.postgrest.writes import idle
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    if idle(pair.query):
        yield Finding(
            Severity.WARNING,
            f"the update of {pair.subject} sets no column",
            consequence="nothing is changed, and no error says so",
            help="leave the request out, or say what to set",
        )


RULE = Rule("QRY026", "empty-update", "an update that sets no column", RequestPair, judge, severity=Severity.WARNING)
