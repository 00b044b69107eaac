"""TYP024: a closed set over citext, which takes a label in any case and keeps it so."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import closed
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule
from pgconform.shape import Scalar


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or not pair.access.reads or pair.told:
        return
    mine = closed(claim.type, claim.bounds)
    if not mine or not isinstance(column.type, Scalar) or column.type.kind != "citext":
        return
    witness = next((label.swapcase() for label in mine if label.swapcase() != label), None)
    if witness is not None:
        yield Finding(
            Severity.WARNING,
            f"{pair.subject} is citext, {pair.claimed} takes {quoted(mine)} in this case only",
            consequence="a row with another case passes every CHECK and fails validation",
            help="use an enum, or text with a CHECK",
            witness=witness,
        )


RULE = Rule(
    "TYP024",
    "caseless-labels",
    "labels of one case for a column of any case",
    FieldPair,
    judge,
    Severity.WARNING,
    preview=True,
)
