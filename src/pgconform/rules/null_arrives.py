"""NUL001: a column that may be NULL, read into something that takes no None."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Renull, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import milder, spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Access


def judge(pair: FieldPair) -> Iterator[Finding]:
    truth, claim = pair.truth, pair.claim
    if truth is None or claim is None or truth.nullable is not True or claim.nullable is not False:
        return
    if pair.told:
        yield Finding(
            Severity.INFO if truth.filled else Severity.WARNING,
            f"{pair.subject} is nullable; {pair.claimed} is said to be NOT NULL",
            consequence="whoever trusts this does not expect NULL",
            help="say that it may be NULL",
            witness="NULL",
            change=Renull(nullable=True),
            safe=True,
        )
    elif pair.access.reads:
        type_ = spelled(claim.type)
        yield Finding(
            Severity.INFO if truth.filled else milder(pair.relation, Severity.WARNING),
            f"{pair.subject} is nullable, {pair.claimed} takes no None",
            consequence="a row with NULL fails validation",
            help=f"write  {type_} | None = None" if type_ != "unknown" else "let it be None",
            witness="NULL",
            change=Renull(nullable=True),
            safe=pair.access is Access.READ,
        )


RULE = Rule("NUL001", "null-arrives", "a nullable column read as never NULL", FieldPair, judge, Severity.WARNING)
