"""QRY029: a select of which the server may cut the rows off."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule
from pgconform.rules.single_without_key import found_by_key, limited

_BOUNDED = frozenset({"single", "maybe_single", "csv", "explain"})


def judge(pair: RequestPair) -> Iterator[Finding]:
    query, most = pair.query, pair.part.config.max_rows
    if most is None or pair.relation is None or query.verb != "select" or not query.whole:
        return
    if query.options.get("head") == "true" or _BOUNDED.intersection(query.calls):
        return
    if limited(query) or found_by_key(pair, pair.relation):
        return
    yield Finding(
        Severity.INFO,
        f"the select of {pair.subject} has no limit, and the server gives no more than {most:,} rows",
        consequence="rows beyond that are missing, and no error says so",
        help="read page by page with range(), ordered by a unique key",
    )


RULE = Rule(
    "QRY029",
    "cut-at-maximum",
    "a select whose rows the server may cut off",
    RequestPair,
    judge,
    severity=Severity.INFO,
)
