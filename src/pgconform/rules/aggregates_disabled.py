"""QRY015: an aggregate where the server allows none."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import LevelPair
from pgconform.postgrest.syntax import Column
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    used = sorted({item.aggregate for item in pair.level.items if isinstance(item, Column) and item.aggregate})
    if not used or pair.part.config.aggregates:
        return
    yield Finding(
        Severity.ERROR,
        f"the select aggregates with {', '.join(f'{name}()' for name in used)}, which the server does not allow",
        consequence="the request fails with PGRST123 (use of aggregate functions is not allowed)",
        help="if yours sets db-aggregates-enabled, write aggregates = true in [tool.pgconform.postgrest]",
    )


RULE = Rule("QRY015", "aggregates-disabled", "an aggregate where the server allows none", LevelPair, judge)
