"""COL002: an insert that leaves out a column which must have a value and has no default."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import AddField, Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import Field, Labels


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or pair.access is not Access.INSERT or not needed(pair):
        return
    if claim is not None and not _may_stay_away(pair, claim):
        return
    sometimes = "may leave out" if claim else "leaves out"
    who = pair.relation.holder or f"the {pair.relation.source}"
    yield Finding(
        _severity(pair),
        f"{who} {sometimes} {pair.subject}, which is NOT NULL and has no default",
        consequence=f'{fails(pair.relation, "23502")} (null value in column "{pair.name}")',
        help=f"{_help(pair, column)}, or give the column a default",
        change=AddField(pair.name, column.type) if claim is None else None,
    )


def _help(pair: FieldPair, column: Field) -> str:
    """What to write, and which values there are where they are few."""
    labels = column.type.values if isinstance(column.type, Labels) else column.bounds.labels if column.bounds else None
    what = f"{pair.name} ({spelled(column.type)})"
    verb = "send" if pair.relation.sent or pair.relation.source == "payload" else "add"
    return f"{verb} {what}: {quoted(labels, ' or ')}" if labels else f"{verb} {what}"


def needed(pair: FieldPair) -> bool:
    """An insert must give this column a value: surely nothing else does, no default and no trigger."""
    column = pair.stored
    if column is None or column.nullable is not False or column.filled is not False or column.generated:
        return False
    return not (pair.truth and pair.truth.filled)


def _may_stay_away(pair: FieldPair, claim: Field) -> bool:
    return claim.required is False and pair.relation.sent and claim.default is None


def _severity(pair: FieldPair) -> Severity:
    if not pair.relation.certain:
        return Severity.INFO
    return Severity.ERROR if pair.relation.sent and pair.claim is None else Severity.WARNING


RULE = Rule("COL002", "missing-column", "an insert without a column that must be given", FieldPair, judge)
