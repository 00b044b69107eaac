"""COL001: a claim about a column that the relation does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._nearest import nearest_columns, type_bonus
from pgconform.rules._wording import did_you_mean, fails, gone
from pgconform.rules.registry import Rule
from pgconform.schema import Access, Dropped, Transport
from pgconform.shape import Field
from pgconform.support.names import slip

SYSTEM = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})
UNFILLED = "no row ever fills"


def judge(pair: FieldPair) -> Iterator[Finding]:
    claim = pair.claim
    if pair.truth is not None or claim is None or not pair.relation.known or _reachable(pair, claim):
        return
    truth = pair.relation.truth
    dropped = pair.world.dropped(truth.name, truth.schema, claim.name) if truth else None
    near = _near(pair, claim, dropped)
    yield Finding(
        _severity(pair, claim),
        f'{pair.relation.subject} has no column "{claim.name}"' + (gone(dropped) or did_you_mean(near)),
        consequence=_consequence(pair, claim),
        help=f'write "{near[0]}"' if len(near) == 1 else "",
        change=Rename(claim.name, near[0]) if len(near) == 1 else None,
        safe=len(near) == 1 and (dropped is not None or _surely(pair, claim, near[0])),
        truth_at=dropped.at if dropped else None,
    )


def _reachable(pair: FieldPair, claim: Field) -> bool:
    """A system column, or a function of the row, can be read like a column though it is none."""
    if pair.access.writes:
        return False
    row = {pair.relation.subject, pair.relation.relation_name}
    return claim.name in SYSTEM or any(
        len(function.arguments) == 1 and function.arguments[0].type.raw in row
        for function in pair.world.functions(claim.name)
    )


def _severity(pair: FieldPair, claim: Field) -> Severity:
    relation = pair.relation
    if not relation.certain:
        return Severity.INFO
    if relation.sent or relation.claim.transport is Transport.SQLALCHEMY:
        return Severity.ERROR
    return Severity.WARNING if pair.access is Access.MENTION or claim.required is False else Severity.ERROR


def _near(pair: FieldPair, claim: Field, dropped: Dropped | None) -> tuple[str, ...]:
    if dropped:
        return (dropped.renamed_to,) if dropped.renamed_to else ()
    return nearest_columns(pair, claim)


def _surely(pair: FieldPair, claim: Field, name: str) -> bool:
    """The name is one slip from this one, and nothing that is known of its type speaks against it."""
    truth = pair.relation.truth
    column = pair.world.fields(truth).get(name) if truth else None
    return column is not None and slip(claim.name, name) and type_bonus(claim, column) >= 0


def _consequence(pair: FieldPair, claim: Field) -> str:
    relation = pair.relation
    if relation.cached:
        return "no row has a value for it" if relation.source == "cache" else "the entries are of an older schema"
    if pair.access is Access.MENTION and not relation.sent:
        return "whoever follows this names a column that is not there"
    if relation.source == "row":
        return "get() always gives its default" if claim.required is False else "no row has it: KeyError at run time"
    if pair.access is Access.BOTH and relation.claim.transport is Transport.SQLALCHEMY:
        return "each query of it fails with 42703 (column does not exist)"
    if pair.access.writes:
        return fails(relation, "42703 (column does not exist)", "PGRST204")
    if relation.sent or relation.claim.transport is Transport.SQLALCHEMY:
        return fails(relation, "42703 (column does not exist)")
    if not relation.claim.enforced:
        return f"no row has a value for {pair.claimed}"
    if claim.required is False:
        return f"{UNFILLED} {pair.claimed}: it keeps its default"
    return f'no row has it: validation fails with "Field required" ({pair.claimed})'


RULE = Rule("COL001", "unknown-column", "a column that the table does not have", FieldPair, judge)
