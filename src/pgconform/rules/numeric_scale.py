"""TYP003: digits of a decimal number that the column rounds away or refuses, or that the model does not take."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rebound, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder, spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Bounds, Scalar

DECIMALS = frozenset({"py.decimal", "py.strict_decimal", "py.pg_numeric"})


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.truth, pair.claim
    if column is None or claim is None or pair.relation.sent:
        return
    if not (isinstance(column.type, Scalar) and isinstance(claim.type, Scalar)):
        return
    if column.type.kind != "numeric" or claim.type.kind not in DECIMALS:
        return
    bounds = claim.bounds or Bounds()
    if len(column.type.size) == 2 and pair.access.writes:
        yield from _written(pair, column.type.size, bounds)
    elif pair.access.reads:
        yield from _read(pair, column.type.size, bounds)


def _written(pair: FieldPair, size: tuple[int, ...], bounds: Bounds) -> Iterator[Finding]:
    digits, scale = size
    places, most = bounds.decimal_places, bounds.max_digits
    if places is None or places > scale:
        yield _finding(
            pair,
            f"keeps {scale} decimal places, {pair.claimed} has {'any number' if places is None else places}",
            consequence="the rest is rounded away without a word",
            change=Rebound("decimal_places", str(scale)),
        )
    elif most is not None and most - places > digits - scale:
        yield _finding(
            pair,
            f"takes {digits - scale} digits before the point, {pair.claimed} has {most - places}",
            consequence=fails(pair.relation, "22003 (numeric field overflow)"),
            change=Rebound("max_digits", str(digits)),
        )


def _read(pair: FieldPair, size: tuple[int, ...], bounds: Bounds) -> Iterator[Finding]:
    places = bounds.decimal_places
    if places is not None and (len(size) < 2 or size[1] > places):
        held = f"has {size[1]}" if size else "has any number of"
        yield _finding(
            pair,
            f"{held} decimal places, {pair.claimed} takes {places}",
            consequence="a number with more fails validation",
            change=Rebound("decimal_places", str(size[1]) if size else None),
        )


def _finding(pair: FieldPair, said: str, *, consequence: str, change: Rebound) -> Finding:
    """A warning where both sides say a number, else only worth knowing."""
    type_ = pair.truth.type if pair.truth else None
    explicit = "any number" not in said
    return Finding(
        milder(pair.relation, Severity.WARNING) if explicit else Severity.INFO,
        f"{pair.subject} {said}",
        consequence=consequence,
        help=f"the column is {spelled(type_)}" if type_ else "",
        change=change,
    )


RULE = Rule(
    "TYP003",
    "numeric-scale",
    "decimal digits that one side does not keep",
    FieldPair,
    judge,
    Severity.WARNING,
    needs=("modifiers",),
)
