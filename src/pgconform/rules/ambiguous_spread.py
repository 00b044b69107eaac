"""LNK008: a spread of a column whose name its rows have twice."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import LevelPair
from pgconform.postgrest.plan import Level, output_name, outputs
from pgconform.postgrest.syntax import Column, Embed
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    for child in pair.level.children:
        twice = _twice(child) if child.embed and child.embed.spread else []
        if twice:
            yield Finding(
                Severity.ERROR,
                f'"...{child.name}" spreads {quoted(twice, " and ")} more than once',
                consequence="the request fails with 42702 (column reference is ambiguous)",
                help="select each once, or give one an alias",
            )


def _twice(child: Level) -> list[str]:
    """Aggregates are left out: they are of all rows of the request, and called otherwise within the spread."""
    names = outputs(child) or []
    for item in child.items:
        if names and isinstance(item, Column) and item.aggregate:
            names.remove(output_name(item))
    said = {output_name(item) for item in child.items if isinstance(item, Column) and not item.aggregate}
    said |= {item.key.text for item in child.items if isinstance(item, Embed) and not item.spread}
    return sorted(name for name in said if names.count(name) > 1)


RULE = Rule("LNK008", "ambiguous-spread", "a spread of a column that is there twice", LevelPair, judge)
