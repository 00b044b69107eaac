"""GEN002: a generated file that somebody edited."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.staleness import GeneratedPair
from pgconform.rules.registry import Rule


def judge(pair: GeneratedPair) -> Iterator[Finding]:
    if pair.edited:
        yield Finding(
            Severity.WARNING,
            f"{pair.file} was edited by hand since it was generated",
            consequence="it is not generated again until the edit is gone, and falls behind the schema",
            help=f"move the edit into a subclass in a file of its own, then:  {pair.command} --force",
        )


RULE = Rule(
    "GEN002",
    "edited-generated-file",
    "a generated file that somebody edited",
    GeneratedPair,
    judge,
    Severity.WARNING,
)
