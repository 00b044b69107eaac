"""GEN001: a generated file that is no longer what the schema makes of it."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.staleness import GeneratedPair
from pgconform.rules.registry import Rule


def judge(pair: GeneratedPair) -> Iterator[Finding]:
    if pair.outdated and not pair.edited:
        yield Finding(
            Severity.WARNING,
            f"{pair.file} is out of date: the schema has changed since it was generated",
            consequence="what uses it works with an older schema than the database has",
            help=f"write it anew:  {pair.command}",
        )


RULE = Rule(
    "GEN001",
    "outdated-generated-file",
    "a generated file that is no longer what the schema makes of it",
    GeneratedPair,
    judge,
    Severity.WARNING,
)
