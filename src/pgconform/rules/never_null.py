"""NUL002: a column that is never NULL, read into something that allows None."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Renull, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import Scalar, Type


def judge(pair: FieldPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or truth.nullable is not False or claim.nullable is not True:
        return
    if _may_be_json_null(truth.type, claim.type):
        return
    if pair.told:
        yield Finding(
            Severity.INFO,
            f"{pair.subject} is NOT NULL; {pair.claimed} is said to be nullable",
            consequence="whoever trusts this handles a NULL that never comes",
            help="say that it is NOT NULL",
            change=Renull(nullable=False),
            safe=True,
        )
    elif pair.access is Access.READ:
        yield Finding(
            Severity.INFO,
            f"{pair.subject} is NOT NULL, {pair.claimed} allows None",
            consequence="code must handle a None that never comes",
            help=f"write  {spelled(claim.type)}",
            change=Renull(nullable=False),
        )


def _may_be_json_null(truth: Type, claim: Type) -> bool:
    """JSON has a null of its own, which a NOT NULL column may hold; and what takes anything takes None."""
    kinds = {one.kind for one in (truth, claim) if isinstance(one, Scalar)}
    return not kinds.isdisjoint({"json", "jsonb", "py.any", "py.json_value"})


RULE = Rule("NUL002", "never-null", "a NOT NULL column read as nullable", FieldPair, judge, Severity.INFO)
