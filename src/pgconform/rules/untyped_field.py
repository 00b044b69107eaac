"""TYP029: a field of any type, for a column whose type is known."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Retype, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.shape import JSONS, Scalar, Unknown


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.truth, pair.claim
    if column is None or claim is None or pair.relation.sent or pair.told or isinstance(column.type, Unknown):
        return
    if not isinstance(claim.type, Scalar) or claim.type.kind != "py.any" or spelled(column.type) in JSONS:
        return
    yield Finding(
        Severity.INFO,
        f"{pair.subject} is {spelled(column.type)}, {pair.claimed} takes anything",
        consequence="nothing holds its values to the column's type",
        help=f"give it the type of the column: {spelled(column.type)}",
        change=Retype(column.type),
    )


RULE = Rule("TYP029", "untyped-field", "a field of any type for a typed column", FieldPair, judge, Severity.INFO)
