"""QRY010: rows ordered by a column whose type has no order."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.comparing import supports
from pgconform.postgrest.pairs import SortPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule


def judge(pair: SortPair) -> Iterator[Finding]:
    if supports(pair.type, "order", pair.part.config) is not False:
        return
    yield Finding(
        Severity.ERROR,
        f"{pair.subject}.{pair.ref.name.text} is {spelled(pair.type)}, which has no order",
        consequence="the request fails with 42883 (could not identify an ordering operator)",
        help="order by a text below it: ->>" if spelled(pair.type) == "json" else "",
    )


RULE = Rule("QRY010", "unsortable-column", "an order by a column whose type has none", SortPair, judge)
