"""COL006: an insert that gives a value to a column which a sequence numbers."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import DropField, Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import Field


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.access is not Access.INSERT or claim.required is False:
        return
    if _numbered(column):
        yield Finding(
            Severity.INFO,
            f"{pair.subject} is numbered by a sequence; {pair.claimed} gives a number of its own",
            consequence="the sequence does not notice, and later hands out the same number: 23505",
            help=f"leave out {pair.name}",
            change=DropField(claim.name),
        )


def _numbered(column: Field) -> bool:
    return column.identity == "by default" or (column.default or "").startswith("nextval(")


RULE = Rule("COL006", "explicit-identity", "an insert that numbers a row itself", FieldPair, judge, Severity.INFO)
