"""QRY032: an aggregate that the column's type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.grouping import aggregable
from pgconform.postgrest.pairs import AggregatePair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule


def judge(pair: AggregatePair) -> Iterator[Finding]:
    if pair.rows:
        yield Finding(
            Severity.ERROR,
            f'"{pair.name}" is a function that returns a set of rows, and {pair.aggregate}() takes none',
            consequence="the request fails with 0A000 (aggregate calls cannot contain set-returning functions)",
            help=f"aggregate within the embed: {pair.name}({pair.aggregate}())",
        )
    elif aggregable(pair.type, pair.aggregate) is False:
        yield Finding(
            Severity.ERROR,
            f"{pair.subject}.{pair.name} is aggregated as {spelled(pair.type)}, which has no {pair.aggregate}()",
            consequence="the request fails with 42883 (function does not exist)",
            help="cast it first: column::numeric.sum()" if pair.aggregate in ("sum", "avg") else "",
        )


RULE = Rule("QRY032", "wrong-aggregate", "an aggregate that the column's type does not have", AggregatePair, judge)
