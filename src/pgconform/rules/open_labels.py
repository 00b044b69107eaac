"""ENM003: any text written to a column that takes only certain labels."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Relabel, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import closed
from pgconform.rules._wording import fails, quoted
from pgconform.rules.registry import Rule
from pgconform.shape import Array, Scalar, Type


def judge(pair: FieldPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or pair.stored is None or pair.relation.sent or not pair.access.writes:
        return
    theirs = closed(truth.type, pair.stored.bounds)
    if theirs is None or not _text(claim.type) or closed(claim.type, claim.bounds) is not None:
        return
    yield Finding(
        Severity.INFO,
        f"{pair.subject} takes only {quoted(theirs)}; {pair.claimed} takes any text",
        consequence=fails(pair.relation, "22P02" if closed(truth.type, None) is not None else "23514"),
        help=f"write  Literal[{quoted(theirs)}]",
        change=Relabel(theirs),
    )


def _text(type_: Type) -> bool:
    return _text(type_.of) if isinstance(type_, Array) else isinstance(type_, Scalar) and type_.kind.endswith("str")


RULE = Rule("ENM003", "open-labels", "any text for a column of few labels", FieldPair, judge, Severity.INFO)
