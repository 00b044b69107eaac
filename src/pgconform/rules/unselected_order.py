"""LNK005: rows ordered by a column that the embed does not select, or selects twice."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RelatedOrderPair
from pgconform.rules.registry import Rule


def judge(pair: RelatedOrderPair) -> Iterator[Finding]:
    relationship = pair.level.relationship
    if pair.outputs is None or relationship is None or not relationship.to_one:
        return
    times = pair.outputs.count(pair.column)
    if times == 1:
        return
    name = pair.level.embed.key.text if pair.level.embed else pair.level.name
    answer = "42702 (ambiguous column)" if times else "42703 (column does not exist)"
    yield Finding(
        Severity.ERROR,
        f'the order is by {name}({pair.column}), but the embed "{name}" '
        + ("does not select it" if not times else "selects that name twice"),
        consequence=f"the request fails with {answer}",
        help=f'select it once: "{name}({pair.column}, …)"',
    )


RULE = Rule("LNK005", "unselected-order", "an order by a column the embed does not select", RelatedOrderPair, judge)
