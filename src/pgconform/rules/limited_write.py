"""QRY018: a limit on an update or delete, which the server does not heed."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule
from pgconform.rules.single_without_key import found_by_key

_LIMITS = frozenset({"limit", "offset", "range"})


def judge(pair: RequestPair) -> Iterator[Finding]:
    query = pair.query
    if query.verb not in ("update", "delete") or not pair.part.config.since(13):
        return
    if pair.relation is not None and found_by_key(pair, pair.relation):
        return
    for call in query.orders:
        if call.method in _LIMITS and call.foreign_table is None:
            yield Finding(
                Severity.ERROR,
                f"{call.method} does not limit the {query.verb} of {pair.subject or 'a table'}",
                consequence=f"every row that the filters match is {'changed' if query.verb == 'update' else 'removed'}",
                help="filter by key, or refuse too many rows with max_affected",
                at=call.at,
            )


RULE = Rule("QRY018", "limited-write", "a limit on an update or delete", RequestPair, judge)
