"""TYP002: whole numbers that a model allows and the column is too narrow for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from pgconform.constraints.edges import Edge, ends
from pgconform.finding import Finding, Rebound, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import WIDTHS, Scalar

WHOLE = frozenset({"py.int", "py.strict_int"})


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.relation.sent or pair.access not in (Access.INSERT, Access.UPDATE):
        return
    if not (isinstance(column.type, Scalar) and isinstance(claim.type, Scalar) and claim.type.kind in WHOLE):
        return
    bits = WIDTHS.get(column.type.kind)
    if bits is None:
        return
    for mine, theirs in zip(ends(claim, whole=True), _range(bits), strict=True):
        if (mine is None and bits < 63) or (mine and mine.beyond(theirs)):
            yield _finding(pair, mine, theirs, spelled(column.type))
            return


def _range(bits: int) -> tuple[Edge, Edge]:
    """The lower and the upper end of a whole number of that many bits and a sign."""
    return Edge(Decimal(-(2**bits)), False, -1), Edge(Decimal(2**bits - 1), False, 1)


def _finding(pair: FieldPair, mine: Edge | None, theirs: Edge, type_: str) -> Finding:
    return Finding(
        milder(pair.relation, Severity.WARNING) if mine else Severity.INFO,
        f"{pair.subject} is {type_}, which ends at {theirs.at}; {pair.claimed} takes {mine or 'any whole number'}",
        consequence=fails(pair.relation, "22003 (numeric value out of range)"),
        witness=theirs.outside,
        change=Rebound(theirs.limit, str(theirs.at)),
    )


RULE = Rule(
    "TYP002", "integer-width", "whole numbers that the column is too narrow for", FieldPair, judge, Severity.WARNING
)
