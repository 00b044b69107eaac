"""COL003: a description of whole rows that leaves out a column."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import AddField, Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import milder, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    column = pair.truth
    if (
        pair.claim is not None
        or column is None
        or pair.access not in (Access.READ, Access.MENTION)
        or pair.relation.sent
    ):
        return
    who = pair.relation.holder or f"the {pair.relation.source}"
    forbids = pair.relation.claim.extra == "forbid"
    yield Finding(
        milder(pair.relation, Severity.WARNING) if forbids else Severity.INFO,
        f"{who} does not say {pair.subject} ({spelled(column.type)})",
        consequence='a row read with * fails with "Extra inputs are not permitted"'
        if forbids
        else "its values are lost",
        help=f"add {pair.name}, or name the columns to read",
        change=AddField(pair.name, column.type, nullable=column.nullable is not False),
    )


RULE = Rule(
    "COL003", "column-without-field", "a column that a row's description leaves out", FieldPair, judge, Severity.WARNING
)
