"""QRY016: ``count`` selected like a column beside others; it is a function of all rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.builtin import AGGREGATES
from pgconform.postgrest.cache import cache_of
from pgconform.postgrest.pairs import LevelPair
from pgconform.postgrest.plan import empty
from pgconform.postgrest.syntax import Column, Item
from pgconform.postgrest.writes import idle
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    named = [name for item in pair.level.items if (name := _aggregate(item, pair))]
    silent = [child for child in pair.level.children if empty(child)]
    written = pair.root and pair.query.verb not in ("select", "rpc") and not idle(pair.query)
    alone = len(named) + len(silent) == len(pair.level.items)
    if not named or (alone and not written) or pair.level.open:
        return
    place = "be handed back by a write" if alone else "stand beside other columns"
    answer = "aggregate functions are not allowed in RETURNING" if written else "must appear in the GROUP BY clause"
    yield Finding(
        Severity.ERROR,
        f'{pair.subject} has no column "{named[0]}"; as a function of all rows it cannot {place}',
        consequence=f"the request fails with 42803 ({answer})",
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
