"""QRY035: fewer than no rows asked for."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.postgrest.windows import Window, asks_for_none, windows
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query = pair.query
    heeded = query.verb in ("select", "rpc") or not pair.part.config.since(13)
    none = asks_for_none(query.orders)
    for table, window in windows(query.orders).items():
        if not (window.lacking and not none if table else heeded and window.ends_before_it_begins):
            continue
        embed = f' on "{table}"' if table else ""
        yield Finding(
            Severity.ERROR,
            f"the {window.call.method}{embed} {_said(window)}",
            consequence=f"the request fails with {_ANSWER[table is not None]}",
            help="range(start, end) takes both ends: range(0, 9) is ten rows" if window.call.method == "range" else "",
            at=window.call.at,
        )


_ANSWER = {
    True: "2201W (a limit must not be negative)",
    False: "416 PGRST103 (the requested range is not satisfiable)",
}
"""By whether it is about an embed."""


def _said(window: Window) -> str:
    after = f" after an offset of {window.offset}" if window.offset and window.call.method == "limit" else ""
    what = "ends before it begins" if window.call.method == "range" else f"is {window.limit}{after}"
    return f"{what}: {window.lacking or 'no'} {'less than no rows are' if window.lacking else 'row is'} asked for"


RULE = Rule("QRY035", "negative-limit", "a limit or range of less than no rows", RequestPair, judge)
