"""SQL009: rows are read of a statement that gives none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgconform.finding import Finding, Severity
from pgconform.rules.registry import Rule
from pgconform.sql.places import RowlessPair

_REFUSALS: Final = {
    **dict.fromkeys(("psycopg", "psycopg_pool", "psycopg2", "aiopg"), "ProgrammingError"),
    **dict.fromkeys(("sqlalchemy", "sqlmodel", "flask_sqlalchemy"), "ResourceClosedError"),
}
"""What drivers raise when rows are fetched of such a statement; others give none."""


def judge(pair: RowlessPair) -> Iterator[Finding]:
    refusal = _REFUSALS.get(pair.statement.claim.api.partition(".")[0])
    yield Finding(
        Severity.ERROR if refusal else Severity.WARNING,
        "the statement gives no rows, and one is read",
        consequence=f"{refusal} when it is fetched" if refusal else "there is never a row to read",
        help="say what it returns: RETURNING …",
    )


RULE = Rule("SQL009", "rowless-statement", "rows read of a statement that gives none", RowlessPair, judge)
