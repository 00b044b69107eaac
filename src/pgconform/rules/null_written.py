"""NUL003: a value that can be None, written to a column that takes no NULL."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Renull, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder
from pgconform.rules.missing_column import needed
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import Field, Scalar


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or column.nullable is not False or claim.nullable is not True:
        return
    if pair.access not in (Access.INSERT, Access.UPDATE) or _is_anything(claim) or _may_be_filled(pair, column):
        return
    nothing_else = isinstance(claim.type, Scalar) and claim.type.kind == "py.none"
    none = "NULL" if pair.source == "statement" else "None"
    yield Finding(
        _severity(pair, nothing_else),
        f"{pair.subject} is NOT NULL, {pair.claimed} {'is' if nothing_else else 'can be'} {none}",
        consequence=f'{fails(pair.relation, "23502")} (null value in column "{pair.name}")',
        help=_help(pair, column, none),
        witness=none,
        change=Renull(nullable=False) if not nothing_else and _must_be_given(pair) else None,
    )


def _must_be_given(pair: FieldPair) -> bool:
    """What an insert can leave out, and what an update does, may be None and then not sent."""
    return pair.access is Access.INSERT and needed(pair)


def _may_be_filled(pair: FieldPair, column: Field) -> bool:
    """A trigger before the insert may put a value in NULL's place."""
    return pair.access is Access.INSERT and column.filled is None


def _is_anything(claim: Field) -> bool:
    """None is one of all the values that its type has, and nobody said that it is sent."""
    return isinstance(claim.type, Scalar) and claim.type.kind in ("py.any", "py.json_value")


def _severity(pair: FieldPair, nothing_else: bool) -> Severity:
    """A model's unset fields need not be sent, so that only what must be given anyway is sure to be missed.

    What only the name of a class binds may be a request, of which the program makes the row.
    """
    if pair.relation.sent:
        sure = Severity.WARNING if pair.mended else Severity.ERROR
        return sure if nothing_else and pair.relation.certain else Severity.INFO
    missed = pair.access is Access.INSERT and needed(pair)
    return milder(pair.relation, Severity.WARNING) if missed else Severity.INFO


def _help(pair: FieldPair, column: Field, none: str) -> str:
    if column.filled and pair.access is Access.INSERT:
        return f"leave out {pair.name} when it is {none}, and the database fills it"
    return f"send a value for {pair.name}, or leave it out when it is {none}"


RULE = Rule("NUL003", "null-written", "None written to a NOT NULL column", FieldPair, judge)
