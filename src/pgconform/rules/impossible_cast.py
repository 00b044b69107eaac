"""QRY012: a cast that Postgres does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.casting import castable, made_by_hand, target
from pgconform.postgrest.pairs import CastPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule


def judge(pair: CastPair) -> Iterator[Finding]:
    to = target(pair.cast, pair.part.world, pair.path)
    if to is None or (pair.item.aggregate and not pair.part.config.aggregates):
        return
    possible = castable(pair.type, to)
    if possible is None:
        possible = made_by_hand(pair.type, to, pair.part.world)
    if possible is not False:
        return
    name = pair.item.column.name.text if pair.item.column else ""
    yield Finding(
        Severity.ERROR,
        f"{pair.subject}.{name} is {spelled(pair.type)}, which cannot be cast to {pair.cast}",
        consequence="the request fails with 42846 (cannot cast)",
    )


RULE = Rule("QRY012", "impossible-cast", "a cast that Postgres does not have", CastPair, judge)
