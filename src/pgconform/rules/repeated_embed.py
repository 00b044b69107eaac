"""LNK006: two embeds that would arrive under one name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import LevelPair
from pgconform.rules.registry import Rule


def judge(pair: LevelPair) -> Iterator[Finding]:
    embeds = [child.embed for child in pair.level.children if child.embed]
    keys = [embed.key.text for embed in embeds if embed.key.known]
    for name, times in sorted(Counter(keys).items()):
        if times > 1:
            yield Finding(
                Severity.ERROR,
                f'{pair.subject} embeds "{name}" {"twice" if times == 2 else f"{times} times"}',
                consequence="the request fails with 42712 (table name specified more than once)",
                help=f'give each a name of its own: "first:{name}(…), second:{name}(…)"',
            )


RULE = Rule("LNK006", "repeated-embed", "two embeds of one name", LevelPair, judge)
