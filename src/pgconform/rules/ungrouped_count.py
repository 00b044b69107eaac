"""QRY016: ``count`` selected like a column beside others; it is a function of all rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.builtin import AGGREGATES
from pgconform.postgrest.cache import cache_of
from pgconform.postgrest.pairs import LevelPair
from pgconform.postgrest.plan import empty
from pgconform.postgrest.syntax import Column, Item
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    named = [name for item in pair.level.items if (name := _aggregate(item, pair))]
    silent = [child for child in pair.level.children if empty(child)]
    if not named or len(named) + len(silent) == len(pair.level.items) or pair.level.open:
        return
    yield Finding(
        Severity.ERROR,
        f'{pair.subject} has no column "{named[0]}"; as a function of all rows it cannot stand beside other columns',
        consequence="the request fails with 42803 (must appear in the GROUP BY clause)",
        help='to count rows, pass count="exact" to select',
    )


def _aggregate(item: Item, pair: LevelPair) -> str:
    level = pair.level
    if not isinstance(item, Column) or item.column is None or item.aggregate or level.relation is None:
        return ""
    name = item.column.name.text
    if level.relation.field(name) is not None or not level.relation.whole:
        return ""
    if name in level.computed:
        schema = level.origin.schema if level.origin else ""
        return name if name in cache_of(pair.part.world, pair.part.config).aggregates(level.relation, schema) else ""
    return name if name in AGGREGATES else ""


RULE = Rule("QRY016", "ungrouped-count", "count selected beside columns as if it were one", LevelPair, judge)
