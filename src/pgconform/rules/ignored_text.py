"""QRY002: text at the end that the server does not read."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import TextPair
from pgconform.rules.registry import Rule


def judge(pair: TextPair) -> Iterator[Finding]:
    if not pair.ignored:
        return
    what = "or_ text" if pair.place == "or" else pair.place
    harmless = not any(character.isalnum() for character in pair.ignored)
    yield Finding(
        Severity.WARNING if harmless else Severity.ERROR,
        f'the server does not read "{pair.ignored}" at the end of this {what}',
        consequence="the request is answered as if it were not there" + _effect(pair),
        help="take it out" if harmless else "",
    )


def _effect(pair: TextPair) -> str:
    effects = {
        "filter": ": the filter is on another column than it seems",
        "or": ": conditions are missing",
        "select": ": columns are missing",
    }
    return effects.get(pair.place, "")


RULE = Rule("QRY002", "ignored-text", "text of a request that the server does not read", TextPair, judge)
