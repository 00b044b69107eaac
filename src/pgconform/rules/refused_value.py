"""SQL003: a statement with a value or an expression of a type that the server does not take there."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import display_name
from pgconform.rules.registry import Rule
from pgconform.sql.pairs import StatementPair
from pgconform.sql.verdict import OF_VALUES, Kind


def judge(pair: StatementPair) -> Iterator[Finding]:
    if pair.kind is Kind.TYPE:
        proof = pair.proof
        held = pair.held
        yield Finding(
            Severity.WARNING if pair.loose and proof.code in OF_VALUES else Severity.ERROR,
            f"the server refuses this value: {proof.message}",
            consequence=f"the statement fails with {proof.code}",
            help=proof.hint,
            subject=f"{display_name(pair.world, held[0])}.{held[1]}" if held else "",
            relation=held[0].qualified if held else "",
        )


RULE = Rule("SQL003", "refused-value", "a value in a statement that the server does not take", StatementPair, judge)
