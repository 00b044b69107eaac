"""REL003: a relation of which the truth shows only a part."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules.registry import Rule


def judge(pair: TruthPair) -> Iterator[Finding]:
    if pair.world.unfolded(pair.truth).whole and not pair.world.half_seen(pair.truth.name, pair.truth.schema):
        return
    seen = f"{len(pair.truth.fields)} of its columns are in view" if pair.truth.fields else "none of it is in view"
    yield Finding(
        Severity.INFO,
        f"{pair.subject} is only partly known: {seen}",
        consequence="nothing is said about columns that are missing from it",
        help="add the SQL that creates it to the sources, or check against the database itself",
    )


RULE = Rule(
    "REL003", "partly-known-relation", "a relation of which only a part is in view", TruthPair, judge, Severity.INFO
)
