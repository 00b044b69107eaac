"""COL004: a write to a column whose value only the database may give."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import DropField, Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.access not in (Access.INSERT, Access.UPDATE):
        return
    if pair.computed:
        what, code, why = "worked out by the view", "0A000", f'cannot write to column "{pair.name}" of the view'
    elif column.generated or column.identity == "always":
        what = "a generated column" if column.generated else "GENERATED ALWAYS AS IDENTITY"
        code, why = "428C9", f'only DEFAULT can be written to column "{pair.name}"'
    else:
        return
    always = pair.relation.sent or claim.required is not False
    yield Finding(
        milder(pair.relation, Severity.ERROR if always else Severity.WARNING),
        f"{pair.subject} is {what}; {pair.claimed} writes to it",
        consequence=f"{fails(pair.relation, code)} ({why})",
        help=f"leave out {pair.name}",
        change=DropField(claim.name),
    )


RULE = Rule("COL004", "generated-column-written", "a write to a column that the database works out", FieldPair, judge)
