"""QRY011: a cast to a type that does not exist."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.builtin import TYPES
from pgconform.postgrest.casting import SPELLINGS, target
from pgconform.postgrest.pairs import CastPair
from pgconform.rules._wording import did_you_mean
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest


def judge(pair: CastPair) -> Iterator[Finding]:
    world = pair.part.world
    if target(pair.cast, world, pair.path) is not None:
        return
    near = nearest(pair.cast, {*TYPES, *SPELLINGS, *(item.name for item in world.truth.types)})
    yield Finding(
        Severity.ERROR,
        f'there is no type "{pair.cast}" to cast to{did_you_mean(near)}',
        consequence="the request fails with 42704 (type does not exist)",
        help=f"write ::{near[0]}" if len(near) == 1 else "",
    )


RULE = Rule("QRY011", "unknown-cast", "a cast to a type that does not exist", CastPair, judge)
