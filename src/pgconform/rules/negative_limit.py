"""QRY035: fewer than no rows asked for."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.request import Order
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query = pair.query
    heeded = query.verb in ("select", "rpc") or not pair.part.config.since(13)
    asked: dict[str | None, Order] = {}
    for call in query.orders:
        if call.method in ("limit", "range"):
            asked[call.foreign_table.value if call.foreign_table else None] = call
    for table, call in asked.items():
        if call.count is None or call.count >= 0 or not (heeded or table):
            continue
        what = "ends before it begins" if call.method == "range" else f"is {call.count}"
        embed = f' on "{table}"' if table else ""
        yield Finding(
            Severity.ERROR,
            f"the {call.method}{embed} {what}: {-call.count} less than no rows are asked for",
            consequence=f"the request fails with {'2201W' if table else '416 PGRST103'} (a limit must not be negative)",
            help="range(start, end) takes both ends: range(0, 9) is ten rows" if call.method == "range" else "",
            at=call.at,
        )


RULE = Rule("QRY035", "negative-limit", "a limit or range of less than no rows", RequestPair, judge)
