"""SQL001: a statement that is no SQL to the server."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules.registry import Rule
from pgconform.sql.pairs import StatementPair
from pgconform.sql.verdict import Kind


def judge(pair: StatementPair) -> Iterator[Finding]:
    if pair.kind is Kind.SYNTAX:
        yield Finding(
            Severity.ERROR,
            f"the server cannot read this: {pair.proof.message}",
            consequence="the statement fails with 42601 (syntax error)",
            help=pair.proof.hint,
        )


RULE = Rule("SQL001", "refused-syntax", "a statement that the server cannot read", StatementPair, judge)
