"""SQL006: an INSERT that does not name its columns."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules.registry import Rule
from pgconform.sql.inserts import target
from pgconform.sql.pairs import StatementPair


def judge(pair: StatementPair) -> Iterator[Finding]:
    found = None if pair.unjudged or pair.kind else target(pair.normal.sql)
    if found and found[1] is None:
        yield Finding(
            Severity.INFO,
            f"the INSERT into {found[0]} does not name its columns",
            consequence="columns that are added, or stand in another order elsewhere, take other values",
            help="name the columns after the table",
        )


RULE = Rule(
    "SQL006", "unlisted-insert", "an INSERT that does not name its columns", StatementPair, judge, Severity.INFO
)
