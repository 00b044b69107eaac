"""QRY019: a ``not_`` that is not followed by a filter; it negates the next one, wherever that is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    for call in pair.query.orders:
        if call.negated:
            yield Finding(
                Severity.ERROR,
                f"not_ stands before {call.method}, which is no filter",
                consequence="it negates the next filter after it, or nothing if there is none",
                help="write not_ right before the filter it is meant for",
                at=call.at,
            )


RULE = Rule("QRY019", "dangling-not", "a not_ that is not followed by a filter", RequestPair, judge)
