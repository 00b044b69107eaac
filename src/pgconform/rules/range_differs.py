"""CON001: a CHECK on a number, and a model that allows other numbers."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.constraints.edges import ends, is_whole
from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._limits import Wording, compared
from pgconform.rules.registry import Rule

SAY = Wording("", "23514 (check constraint)")


def judge(pair: FieldPair) -> Iterator[Finding]:
    if pair.stored is None or pair.claim is None or not (pair.stored.bounds or pair.claim.bounds) or pair.relation.sent:
        return
    whole = is_whole(pair.stored.type) or is_whole(pair.claim.type)
    for theirs, mine in zip(ends(pair.stored, whole=whole), ends(pair.claim, whole=whole), strict=True):
        yield from compared(pair, theirs, mine, SAY)


RULE = Rule(
    "CON001",
    "range-differs",
    "numbers that one side takes and the other refuses",
    FieldPair,
    judge,
    Severity.WARNING,
    needs=("checks",),
)
