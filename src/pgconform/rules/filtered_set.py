"""QRY034: a filter on a function of the row that returns a set of rows."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import SetPair
from pgconform.rules.registry import Rule


def judge(pair: SetPair) -> Iterator[Finding]:
    yield Finding(
        Severity.ERROR,
        f'{"a write selects" if pair.written else f"{pair.subject} is filtered by"} "{pair.name}", a function that '
        "returns a set of rows",
        consequence="the request fails with 0A000 (set-returning functions are not allowed "
        f"in {'RETURNING' if pair.written else 'WHERE'})",
        help=f"select the embed {pair.name}!inner(…) and filter its columns: {pair.name}.column",
    )


RULE = Rule("QRY034", "filtered-set", "a filter on a function that returns a set of rows", SetPair, judge)
