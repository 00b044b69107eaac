"""LNK105: a foreign key whose columns no index begins with (only on request)."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules.registry import Rule


def judge(pair: TruthPair) -> Iterator[Finding]:
    for link in pair.truth.links:
        if link.indexed is False:
            here = ", ".join(link.columns)
            yield Finding(
                Severity.INFO,
                f"no index begins with {pair.subject} ({here}), which refers to {link.target}",
                consequence=f"whoever deletes a row of {link.target} waits until all of {pair.truth.name} is read",
                help=f"create index on {pair.truth.name} ({here})",
                at=link.at,
            )


RULE = Rule(
    "LNK105",
    "unindexed-link",
    "a foreign key without an index",
    TruthPair,
    judge,
    Severity.INFO,
    preview=True,
    needs=("links",),
)
