"""QRY017: an update or delete of every row."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query = pair.query
    if query.verb not in ("update", "delete") or not query.whole or _filtered(pair) or _nothing_to_write(pair):
        return
    yield Finding(
        Severity.WARNING,
        f"the {query.verb} of {pair.subject or 'a table'} has no filter",
        consequence=f"it {'changes' if query.verb == 'update' else 'removes'} every row, "
        "or fails with 21000 where the server asks for a WHERE clause, as Supabase does",
        help="add a filter",
    )


def _filtered(pair: RequestPair) -> bool:
    """Some filter is about the relation itself, not about an embed."""
    query = pair.query
    own = any(call.column is None or "." not in call.column.value.split("->")[0] for call in query.filters)
    return own or any(logic.reference_table is None for logic in query.logics)


def _nothing_to_write(pair: RequestPair) -> bool:
    payload = pair.query.payload
    return pair.query.verb == "update" and (payload is None or not payload.fields)


RULE = Rule(
    "QRY017", "unfiltered-write", "an update or delete without a filter", RequestPair, judge, severity=Severity.WARNING
)
