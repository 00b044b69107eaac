"""CON006: a constraint that rows need not fulfil: not validated, or not enforced at all."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules.registry import Rule
from pgconform.schema import Check, Link


def judge(pair: TruthPair) -> Iterator[Finding]:
    parts: list[Check | Link] = [*pair.truth.checks, *pair.truth.links]
    for part in parts:
        if part.enforced and part.validated:
            continue
        kind = "foreign key" if isinstance(part, Link) else "CHECK"
        state = "is not validated" if part.enforced else "is not enforced"
        yield Finding(
            Severity.INFO,
            f"{kind} {part.name} of {pair.subject} {state}",
            consequence="rows from before it need not fulfil it" if part.enforced else "no row need fulfil it",
            help=f"alter table {pair.truth.name} validate constraint {part.name}" if part.enforced else "",
            at=part.at,
        )


RULE = Rule(
    "CON006",
    "unvalidated-constraint",
    "a constraint that rows need not fulfil",
    TruthPair,
    judge,
    Severity.INFO,
    preview=True,
    needs=("checks",),
)
