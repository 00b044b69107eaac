"""LNK102: a foreign key between columns of different types."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import TruthPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Unknown


def judge(pair: TruthPair) -> Iterator[Finding]:
    mine = pair.world.fields(pair.truth)
    for link in pair.truth.links:
        target = pair.world.relation(link.target, link.target_schema)
        theirs = pair.world.fields(target) if target else {}
        for name, other in zip(link.columns, link.target_columns, strict=False):
            here, there = mine.get(name), theirs.get(other)
            if here is None or there is None or isinstance(here.type, Unknown) or isinstance(there.type, Unknown):
                continue
            if spelled(here.type) != spelled(there.type):
                yield Finding(
                    Severity.INFO,
                    f"{pair.subject}.{name} is {spelled(here.type)}, but refers to"
                    f" {link.target}.{other}, which is {spelled(there.type)}",
                    consequence="values of one need not fit the other, and joins convert on every row",
                    subject=f"{pair.subject}.{name}",
                    truth_at=there.at,
                    at=here.at,
                )


RULE = Rule(
    "LNK102",
    "link-type-differs",
    "a foreign key whose ends differ in type",
    TruthPair,
    judge,
    Severity.INFO,
    needs=("links",),
)
