"""LNK002: an embed that several relationships fit."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import EmbedPair
from pgconform.postgrest.relationships import Relationship
from pgconform.rules._wording import quoted
from pgconform.rules.registry import Rule


def judge(pair: EmbedPair) -> Iterator[Finding]:
    if len(pair.found) < 2:
        return
    target = pair.embed.name.text
    yield Finding(
        Severity.ERROR,
        f'the embed "{target}" of {pair.parent.name} is ambiguous: {len(pair.found)} relationships fit',
        consequence="the request fails with 300 PGRST201 (more than one relationship was found)",
        help=f"name the one that is meant: {quoted(sorted({_spelled(item) for item in pair.found}), ' or ')}",
    )


def _spelled(item: Relationship) -> str:
    return f"{item.foreign.name}!{item.junction.name if item.junction else item.constraint}"


RULE = Rule("LNK002", "ambiguous-embed", "an embed that several foreign keys fit", EmbedPair, judge, needs=("links",))
