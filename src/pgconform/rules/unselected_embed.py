"""LNK003: a filter, order or limit on an embed that the request does not select."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.postgrest.pairs import UnselectedPair
from pgconform.rules._wording import did_you_mean
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest

_WORDS = {"filter": "filter", "or": "or_", "order": "order", "limit": "limit"}


def judge(pair: UnselectedPair) -> Iterator[Finding]:
    keys = {child.embed.key.text for child in pair.level.children if child.embed}
    near = nearest(pair.name, keys)
    yield Finding(
        Severity.ERROR,
        f'the {_WORDS[pair.role]} is on "{pair.name}", which the request does not select{did_you_mean(near)}',
        consequence=f"the request fails with PGRST108 ('{pair.name}' is not an embedded resource in this request)",
        help=f'write "{near[0]}"'
        if len(near) == 1
        else f'select it: "{pair.name}(…)", or "{pair.name}()" to filter only',
        change=Rename(pair.name, near[0]) if len(near) == 1 else None,
    )


RULE = Rule("LNK003", "unselected-embed", "a filter or order on an embed that is not selected", UnselectedPair, judge)
