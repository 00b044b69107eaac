"""LNK007: a spread of a relationship to many, where the server cannot do that."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.grouping import aggregates
from pgconform.postgrest.pairs import LevelPair
from pgconform.postgrest.plan import Level, empty
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    for child in pair.level.children:
        if _nothing_spread(child) and _shows(pair.level) and not pair.part.config.since(13, 0, 5):
            yield _finding(child, "42601 (nothing to spread)", "embed it without the dots")
        if not _to_many(child):
            continue
        if not pair.part.config.since(13):
            yield _finding(
                child, "PGRST119 (a spread is only possible of one related row)", "embed it without the dots"
            )
        elif any(map(aggregates, _spread_into(child))):
            yield _finding(
                child, "PGRST127 (aggregates in such spreads are not implemented)", "embed it without the dots"
            )


def _nothing_spread(level: Level) -> bool:
    return bool(level.embed and level.embed.spread and empty(level))


def _shows(level: Level) -> bool:
    """The level has something else to show."""
    return len(level.items) > len(level.children) or not all(map(empty, level.children))


def _to_many(level: Level) -> bool:
    relationship = level.relationship
    return bool(level.embed and level.embed.spread and relationship and not relationship.to_one)


def _spread_into(level: Level) -> Iterator[Level]:
    """The level and those whose columns are spread into it."""
    yield level
    for child in level.children:
        if child.embed and child.embed.spread:
            yield from _spread_into(child)


def _finding(level: Level, answer: str, remedy: str) -> Finding:
    return Finding(
        Severity.ERROR,
        f'"...{level.embed.name.text if level.embed else level.name}" spreads what the server cannot',
        consequence=f"the request fails with {answer}",
        help=remedy,
    )


RULE = Rule(
    "LNK007", "spread-of-many", "a spread of many rows that the server cannot do", LevelPair, judge, needs=("links",)
)
