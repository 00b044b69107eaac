"""LNK009: an embed that is read as one row where it gives a list, or as a list where it gives one."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import CountedPair
from pgconform.rules.registry import Rule


def judge(pair: CountedPair) -> Iterator[Finding]:
    gives, read = ("one row", "a list") if pair.one else ("a list of rows", "one row")
    yield Finding(
        Severity.ERROR,
        f'"{pair.name}" gives {gives}, and is read as {read}',
        consequence="KeyError at run time" if pair.one else "TypeError at run time (list indices must be integers)",
        help="take the key right away" if pair.one else f'take one of them first: row["{pair.name}"][0]',
    )


RULE = Rule(
    "LNK009", "miscounted-embed", "an embed read as a list, or not as one, against the keys", CountedPair, judge
)
