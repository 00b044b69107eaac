"""COL010: two models of one relation and one role that say different things of a column."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.pairs.together import TogetherPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.schema import Relation
from pgconform.shape import Array, Field, Struct, Type, Union, Unknown


def judge(pair: TogetherPair) -> Iterator[Finding]:
    for column in pair.world.fields(pair.truth):
        said = [(claim, field) for claim, field in pair.of(column) if claim in pair.models]
        for access in sorted({claim.access for claim, _ in said}):
            alike = [(claim, field) for claim, field in said if claim.access is access]
            for (one, mine), (other, theirs) in pairwise(alike):
                if one.holder != other.holder and (difference := _difference(mine, theirs)):
                    yield _finding(pair, (one, mine), (other, theirs), difference)


def _finding(
    pair: TogetherPair, one: tuple[Relation, Field], other: tuple[Relation, Field], difference: tuple[str, str]
) -> Finding:
    (first, mine), (second, theirs) = one, other
    return Finding(
        Severity.INFO,
        f"{second.holder}.{theirs.attribute or theirs.name} {difference[1]},"
        f" {first.holder}.{mine.attribute or mine.name} {difference[0]}: both are of {pair.subject}.{mine.name}",
        consequence="at least one of them does not say what the column is",
        subject=f"{pair.subject}.{mine.name}",
        holder=second.holder,
        at=theirs.at or second.at,
    )


def _difference(mine: Field, theirs: Field) -> tuple[str, str] | None:
    """What each says, where the two differ in type, else in whether the column may be NULL."""
    known = not isinstance(mine.type, Unknown) and not isinstance(theirs.type, Unknown)
    if known and _plain(mine.type) != _plain(theirs.type):
        return f"is {spelled(mine.type)}", f"is {spelled(theirs.type)}"
    if mine.nullable is None or theirs.nullable is None or mine.nullable == theirs.nullable:
        return None
    words = {True: "may be None", False: "is never None"}
    return words[mine.nullable], words[theirs.nullable]


def _plain(type_: Type) -> Type:
    """The type apart from how it was written."""
    match type_:
        case Array(of=of):
            return Array(_plain(of))
        case Union(options=options):
            return Union(tuple(map(_plain, options)))
        case Struct(fields=fields):
            return Struct(tuple(Field(field.name, _plain(field.type)) for field in fields))
        case _:
            return replace(type_, raw="")


RULE = Rule(
    "COL010",
    "models-disagree",
    "two models of one role that differ about a column",
    TogetherPair,
    judge,
    Severity.INFO,
    preview=True,
)
