"""LNK104: a foreign key of several columns that one NULL among them puts out of force."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules.registry import Rule
from pgconform.schema import Link


def judge(pair: TruthPair) -> Iterator[Finding]:
    columns = pair.world.fields(pair.truth)
    for link in pair.truth.links:
        nullable = [name for name in link.columns if name in columns and columns[name].nullable is True]
        if len(nullable) > 1 and not link.full_match and not _is_guarded(pair, link):
            yield Finding(
                Severity.INFO,
                f"{pair.subject} ({', '.join(link.columns)}) refers to {link.target} only while none of them is NULL",
                consequence=f"with {nullable[0]} NULL, the others may refer to a row that is not there",
                help="declare it MATCH FULL, or the columns NOT NULL",
                at=link.at,
            )


def _is_guarded(pair: TruthPair, link: Link) -> bool:
    """A CHECK speaks of these columns together, presumably of whether they are NULL."""
    return any(len(set(check.columns) & set(link.columns)) > 1 for check in pair.truth.checks)


RULE = Rule(
    "LNK104",
    "partly-null-link",
    "a foreign key that a NULL puts out of force",
    TruthPair,
    judge,
    Severity.INFO,
    preview=True,
    needs=("links",),
)
