"""ENM005: a closed set read from a column that nothing closes."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import closed
from pgconform.rules._wording import quoted, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import TEXTS, Array, Scalar, Type


def judge(pair: FieldPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or pair.stored is None or not pair.access.reads or pair.relation.sent:
        return
    mine = closed(claim.type, claim.bounds)
    if mine is None or not is_text(truth.type) or closed(truth.type, pair.stored.bounds) is not None:
        return
    yield Finding(
        Severity.INFO,
        f"{pair.subject} is {spelled(truth.type)} without a CHECK; {pair.claimed} takes only {quoted(mine)}",
        consequence="any other text in the column fails validation",
        help=f"ALTER TABLE … ADD CHECK ({truth.name} IN (…)), or take any text",
    )


def is_text(type_: Type) -> bool:
    """A column of free text, or an array of them."""
    return is_text(type_.of) if isinstance(type_, Array) else isinstance(type_, Scalar) and type_.kind in TEXTS


RULE = Rule(
    "ENM005",
    "unconstrained-labels",
    "a closed set over a column of free text",
    FieldPair,
    judge,
    Severity.INFO,
    needs=("checks",),
)
