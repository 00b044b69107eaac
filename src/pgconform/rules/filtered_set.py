"""QRY034: a filter on a function that returns a set of rows, or on one of all rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import SetPair
from pgconform.rules.registry import Rule


def judge(pair: SetPair) -> Iterator[Finding]:
    what = "a function of all rows" if pair.aggregate else "a function that returns a set of rows"
    done = "a write selects" if pair.written else f"{pair.subject} is filtered by"
    yield Finding(
        Severity.ERROR,
        f'{done} "{pair.name}", {what}',
        consequence=f"the request fails with {_answer(pair)}",
        help=""
        if pair.aggregate
        else f"select the embed {pair.name}!inner(…) and filter its columns: {pair.name}.column",
    )


def _answer(pair: SetPair) -> str:
    if pair.aggregate:
        return "42803 (aggregate functions are not allowed in WHERE)"
    return f"0A000 (set-returning functions are not allowed in {'RETURNING' if pair.written else 'WHERE'})"


RULE = Rule("QRY034", "filtered-set", "a filter on a function that returns a set of rows", SetPair, judge)
