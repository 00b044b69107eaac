"""CON005: rows that are there, and that the model which reads them refuses."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.rows import CountedPair
from pgconform.rules._wording import milder
from pgconform.rules.registry import Rule


def judge(pair: CountedPair) -> Iterator[Finding]:
    rows = pair.rows
    if not rows.refused:
        return
    all_of_them = rows.every and rows.refused == rows.total
    least = "" if rows.sure and rows.every else "at least "
    seen = "rows" if rows.every else "rows that were looked at"
    yield Finding(
        milder(pair.relation, Severity.ERROR if all_of_them else Severity.WARNING),
        f"{pair.subject} has rows that {pair.pair.claimed} refuses: it takes {pair.takes}",
        consequence=f"{least}{rows.refused:,} of {rows.total:,} {seen} fail validation when they are read",
        help=f"find them:  {pair.statement}",
    )


RULE = Rule("CON005", "rows-refused", "rows that the model refuses", CountedPair, judge)
