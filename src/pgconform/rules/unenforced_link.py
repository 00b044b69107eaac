"""LNK101: a foreign key that a model declares and the database does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import LinkPair
from pgconform.rules.registry import Rule


def judge(pair: LinkPair) -> Iterator[Finding]:
    here = ", ".join(pair.claim.columns)
    if not pair.relation.known or not pair.claim.columns:
        return
    if pair.truth is None:
        yield Finding(
            Severity.INFO,
            f"{pair.subject} has no foreign key on ({here})",
            consequence=f"rows may refer to a {pair.claim.target} that is not there",
            help="add the constraint, or drop the declaration",
        )
    elif pair.truth.target != pair.claim.target:
        yield Finding(
            Severity.WARNING,
            f"{pair.subject} ({here}) refers to {pair.truth.target}, not to {pair.claim.target}",
            consequence="a join over the declared relationship finds the wrong rows or none",
            help=f"refer to {pair.truth.target}",
        )


RULE = Rule(
    "LNK101",
    "unenforced-link",
    "a declared foreign key that is none",
    LinkPair,
    judge,
    Severity.WARNING,
    needs=("links",),
)
