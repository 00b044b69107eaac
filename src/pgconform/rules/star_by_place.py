"""SQL005: columns taken by number from a row whose columns a ``*`` decides."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules.registry import Rule
from pgconform.sql.places import PlacePair


def judge(pair: PlacePair) -> Iterator[Finding]:
    if pair.fits and pair.starred:
        yield Finding(
            Severity.INFO,
            "a row of SELECT * is read by the number of its columns",
            consequence="the next column that the table gets, or loses, breaks it or gives another value",
            help="name the columns in the statement",
        )


RULE = Rule("SQL005", "star-by-place", "columns of SELECT * taken by their number", PlacePair, judge, Severity.INFO)
