"""QRY033: a column that cannot stand beside an aggregate, in the select or the order."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import UngroupedPair
from pgconform.rules.registry import Rule

_SAID = {
    "order": ("is ordered by, and is not one of the columns beside the aggregate", "42803 (must appear in GROUP BY)"),
    "ambiguous": ("is the name of two columns, by which the server groups", "42702 (GROUP BY is ambiguous)"),
    "function": ("is ordered by, and is no column but a function of all rows", "42803 (must appear in GROUP BY)"),
    "equality": ("cannot be grouped by: its type has no equality", "42883 (could not identify an equality operator)"),
}


def judge(pair: UngroupedPair) -> Iterator[Finding]:
    said, answer = _SAID[pair.why]
    yield Finding(
        Severity.ERROR,
        f'{pair.subject}: "{pair.name}" {said}',
        consequence=f"the request fails with {answer}",
        help=f'add "{pair.name}" to the select' if pair.why == "order" else "",
    )


RULE = Rule("QRY033", "ungrouped-column", "a column that cannot stand beside an aggregate", UngroupedPair, judge)
