"""COL007: a model for inserts that demands what the database would give."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.access is not Access.INSERT or pair.relation.sent:
        return
    if column.filled and claim.required and not column.generated and not column.identity:
        given = f" (default {column.default})" if column.default else ""
        yield Finding(
            Severity.INFO,
            f"{pair.claimed} is required; the database fills {pair.subject}{given}",
            consequence="every caller must repeat what the database knows",
            help="leave it out, or let it be unset",
        )


RULE = Rule(
    "COL007",
    "filled-column-required",
    "an insert model that demands a defaulted column",
    FieldPair,
    judge,
    Severity.INFO,
)
