"""COL002: an insert that leaves out a column which must have a value and has no default."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import AddField, Finding, Severity
from pgconform.pairs import FieldPair
from pgconform.rules._wording import fails, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access, Relation
from pgconform.shape import Field


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or pair.access is not Access.INSERT or not needed(column):
        return
    if claim is not None and not _may_stay_away(pair, claim):
        return
    sometimes = "may leave out" if claim else "leaves out"
    who = pair.relation.holder or f"the {pair.relation.source}"
    yield Finding(
        _severity(pair),
        f"{who} {sometimes} {pair.subject}, which is NOT NULL and has no default",
        consequence=f'{fails(pair.relation, "23502")} (null value in column "{pair.name}")',
        help=f"send {pair.name} ({spelled(column.type)}), or give the column a default",
        change=AddField(pair.name, column.type) if claim is None else None,
    )


def needed(column: Field) -> bool:
    """An insert must give this column a value."""
    return column.nullable is False and not (column.filled or column.default or column.generated or column.identity)


def _may_stay_away(pair: FieldPair, claim: Field) -> bool:
    return claim.required is False and pair.relation.sent and claim.default is None


def _severity(pair: FieldPair) -> Severity:
    truth = pair.relation.truth
    if not pair.relation.certain or (truth and _filled_by_trigger(truth)):
        return Severity.INFO
    return Severity.ERROR if pair.relation.sent and pair.claim is None else Severity.WARNING


def _filled_by_trigger(truth: Relation) -> bool:
    """A trigger before the insert may give the value; which, nobody can tell from here."""
    return any(
        trigger.enabled
        and ("BEFORE" in trigger.definition or "INSTEAD OF" in trigger.definition)
        and "INSERT" in trigger.definition
        for trigger in truth.triggers
    )


RULE = Rule("COL002", "missing-column", "an insert without a column that must be given", FieldPair, judge)
