"""SQL002: a statement whose names mean nothing to the server, or more than one thing."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.rules.registry import Rule
from pgconform.sql.pairs import StatementPair
from pgconform.sql.verdict import OF_VALUES, Kind


def judge(pair: StatementPair) -> Iterator[Finding]:
    if pair.kind is Kind.NAME or (pair.kind in (Kind.COLUMN, Kind.RELATION) and not pair.told):
        proof = pair.proof
        yield Finding(
            Severity.WARNING if pair.loose and proof.code in OF_VALUES else Severity.ERROR,
            f"the server refuses this: {proof.message}",
            consequence=f"the statement fails with {proof.code}",
            help=proof.hint,
            relation=pair.alone.qualified if pair.alone else "",
        )


RULE = Rule("SQL002", "unresolved-name", "a name in a statement that the server cannot resolve", StatementPair, judge)
