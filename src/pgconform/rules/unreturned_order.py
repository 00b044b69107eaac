"""QRY028: the rows of a call ordered, or by older servers filtered, by a column that is not selected."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import UnreturnedPair
from pgconform.rules.registry import Rule


def judge(pair: UnreturnedPair) -> Iterator[Finding]:
    yield Finding(
        Severity.ERROR,
        f'the call is {pair.role} by "{pair.name}", which it does not select',
        consequence="the request fails with 42703 (column does not exist)",
        help=f'add "{pair.name}" to the select',
    )


RULE = Rule("QRY028", "unreturned-order", "a call ordered by a column it does not select", UnreturnedPair, judge)
