"""QRY003: a filter on a column whose name the query string reserves."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.conditions import RESERVED
from pgconform.postgrest.pairs import ReservedPair
from pgconform.rules.registry import Rule


def judge(pair: ReservedPair) -> Iterator[Finding]:
    if pair.argument:
        return
    word = pair.name.rsplit(".", 1)[-1]
    yield Finding(
        Severity.ERROR,
        f'"{pair.name}" cannot be filtered by name: "{word}" is a word of the query string',
        consequence=_answer(pair, word),
        help=f'filter inside or_: or_("{word}.eq.…")',
    )


def _answer(pair: ReservedPair, word: str) -> str:
    if word in ("limit", "offset") or (pair.name in RESERVED and pair.name != "select"):
        return "the filter is silently ignored" + (
            ": the write reaches every row" if pair.query.verb in ("update", "delete") else ""
        )
    return "the request fails with PGRST100, or the filter is silently ignored"


RULE = Rule("QRY003", "reserved-name", "a filter on a column whose name is reserved", ReservedPair, judge)
