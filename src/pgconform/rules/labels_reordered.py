"""ENM004: an enum's labels in another order than the database sorts them in."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Relabel, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._labels import sets
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule


def judge(pair: FieldPair) -> Iterator[Finding]:
    both = sets(pair)
    if both is None or both.checked or both.theirs == both.mine or set(both.theirs) != set(both.mine):
        return
    yield Finding(
        Severity.INFO,
        f"{pair.claimed} has the labels of {pair.subject} in another order",
        consequence="what the database sorts or compares comes out otherwise in the program",
        help=f"the order is {quoted(both.theirs)}",
        change=Relabel(both.theirs),
    )


RULE = Rule(
    "ENM004",
    "labels-reordered",
    "labels in another order than the database's",
    FieldPair,
    judge,
    Severity.INFO,
    preview=True,
)
