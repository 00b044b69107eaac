"""NUL006: a view's column read as never NULL, which the view's definition does not prove."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Renull, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim, relation = pair.truth, pair.claim, pair.relation.truth
    if column is None or claim is None or relation is None or "view" not in relation.kind:
        return
    if column.nullable is None and claim.nullable is False and pair.access.reads and not pair.relation.sent:
        yield Finding(
            Severity.INFO,
            f"nothing in the {relation.kind} proves that {pair.subject} is never NULL, {pair.claimed} takes no None",
            consequence="a row with NULL, if there is one, fails validation",
            help="let it be None, or coalesce() in the view",
            witness="NULL",
            change=Renull(nullable=True),
        )


RULE = Rule(
    "NUL006",
    "unproven-not-null",
    "a view's column read as never NULL without proof",
    FieldPair,
    judge,
    Severity.INFO,
    needs=("kinds",),
)
