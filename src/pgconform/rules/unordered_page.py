"""QRY030: a page of rows in no order."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.request import Order
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query = pair.query
    if query.verb != "select" or not query.whole:
        return
    for call in query.orders:
        if call.method in ("range", "offset") and not any(_sorts(other, call) for other in query.orders):
            yield Finding(
                Severity.INFO,
                f"{call.method} takes a page of {pair.subject or 'rows'} in no order",
                consequence="rows may come on two pages, or on none",
                help="order by a unique key",
                at=call.at,
            )


def _sorts(other: Order, page: Order) -> bool:
    """It orders the rows of which the page is taken."""
    same = (other.foreign_table and other.foreign_table.value) == (page.foreign_table and page.foreign_table.value)
    return other.method == "order" and same


RULE = Rule("QRY030", "unordered-page", "a page of rows in no order", RequestPair, judge, severity=Severity.INFO)
