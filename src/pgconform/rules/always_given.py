"""NUL004: a nullable column that everybody who inserts gives a value."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Renull, Severity
from pgconform.pairs.together import TogetherPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.shape import Field


def judge(pair: TogetherPair) -> Iterator[Finding]:
    inserts = [claim for claim in pair.claims if claim.access is Access.INSERT and claim.kind != "query"]
    if not inserts or not all(claim.whole for claim in inserts) or "view" in pair.truth.kind or not _is_all(pair):
        return
    for name, column in pair.world.fields(pair.truth).items():
        if column.nullable is not True or column.filled or not _is_given(pair, name, len(inserts)):
            continue
        yield Finding(
            Severity.INFO,
            f"{pair.subject}.{name} may be NULL, and every insert gives it a value ({len(inserts)} in all)",
            consequence="whoever reads it provides for a NULL that the program never writes",
            help=f"alter table {pair.truth.name} alter column {name} set not null",
            change=Renull(nullable=False),
            subject=f"{pair.subject}.{name}",
            at=column.at or pair.at,
        )


def _is_all(pair: TogetherPair) -> bool:
    """What each request inserts is known, and no statement writes besides."""
    inserts = [query for query in pair.queries if query.verb in ("insert", "upsert")]
    by_sql = any(claim.kind == "statement" and claim.access.writes for claim in pair.claims)
    return not by_sql and all(query.payload is not None and query.payload.whole for query in inserts)


def _is_given(pair: TogetherPair, name: str, inserts: int) -> bool:
    """Every insert gives it, and no update takes it away."""
    said = [(claim.access, field) for claim, field in pair.of(name) if claim.access.writes]
    given = [field for access, field in said if access is Access.INSERT and _is_value(field)]
    return len(given) == inserts and all(_is_value(field) for access, field in said if access is Access.UPDATE)


def _is_value(field: Field) -> bool:
    return field.nullable is False and field.required is not False


RULE = Rule(
    "NUL004",
    "always-given",
    "a nullable column that every insert fills",
    TogetherPair,
    judge,
    Severity.INFO,
    preview=True,
)
