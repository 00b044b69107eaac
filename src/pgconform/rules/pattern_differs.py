"""CON003: a regular expression on one side that the other does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.regexes import portable
from pgconform.finding import Finding, Rebound, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails
from pgconform.rules.registry import Rule


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.relation.sent:
        return
    theirs = column.bounds.pattern if column.bounds else None
    mine = claim.bounds.pattern if claim.bounds else None
    if theirs == mine or (theirs is not None and portable(theirs) == mine):
        return
    if theirs and pair.access.writes:
        yield Finding(
            Severity.INFO,
            f"{pair.subject} must match {theirs}, {pair.claimed} {f'matches {mine}' if mine else 'takes any text'}",
            consequence=f"text that the column does not take: {fails(pair.relation, '23514 (check constraint)')}",
            change=Rebound("pattern", theirs),
        )
    elif mine and pair.access.reads:
        yield Finding(
            Severity.INFO,
            f"{pair.claimed} must match {mine}, {pair.subject} {f'matches {theirs}' if theirs else 'takes any text'}",
            consequence="a row with other text fails validation",
            change=Rebound("pattern", theirs),
        )


RULE = Rule(
    "CON003",
    "pattern-differs",
    "a pattern that the other side does not have",
    FieldPair,
    judge,
    Severity.INFO,
    needs=("checks",),
)
