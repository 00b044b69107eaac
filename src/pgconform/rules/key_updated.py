"""COL009: an update that may change the primary key of a row."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import DropField, Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim, relation = pair.truth, pair.claim, pair.relation.truth
    if column is None or claim is None or relation is None or pair.access is not Access.UPDATE:
        return
    if any(key.kind == "primary" and column.name in key.columns for key in pair.world.unfolded(relation).keys):
        yield Finding(
            Severity.INFO,
            f"{pair.subject} belongs to the primary key; {pair.claimed} may change it",
            consequence="the row becomes another one for all that refers to it",
            help=f"leave out {column.name}, and say in the filter which row is meant",
            change=DropField(claim.name),
        )


RULE = Rule("COL009", "key-updated", "an update that may change the primary key", FieldPair, judge, Severity.INFO)
