"""QRY022: one row asked for where nothing makes it one."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.request import Query
from pgconform.rules.registry import Rule
from pgconform.schema import Relation

_ONE = ("single", "maybe_single")


def judge(pair: RequestPair) -> Iterator[Finding]:
    query, relation = pair.query, pair.relation
    asked = next((call for call in query.calls if call in _ONE), None)
    if asked is None or relation is None or query.verb != "select" or not query.whole or _one(query):
        return
    if query.logics or found_by_key(pair, relation):
        return
    answer = "with PGRST116 unless exactly one row is" if asked == "single" else "when more than one row is"
    yield Finding(
        Severity.INFO,
        f"{asked}() on {pair.subject} without a filter on a unique key",
        consequence=f"the request fails {answer} found",
        help="filter by a unique key, or add limit(1)",
    )


def _one(query: Query) -> bool:
    return any(call.count == 1 for call in query.orders if call.foreign_table is None)


def limited(query: Query) -> bool:
    """No more rows than the program says are asked for."""
    return any(call.method in ("limit", "range") for call in query.orders if call.foreign_table is None)


def found_by_key(pair: RequestPair, relation: Relation) -> bool:
    """A filter on a unique key finds at most one row, or a filter is not known."""
    filters = pair.query.filters
    if any(call.column is None or not call.column.whole or call.operator is None for call in filters):
        return True
    equal = {call.column.value for call in filters if call.column and call.operator and call.operator.value == "eq"}
    keys = [key.columns for key in relation.keys if not key.expression]
    return any(set(key) <= equal for key in [*keys, pair.key] if key)


RULE = Rule(
    "QRY022",
    "single-without-key",
    "single() without a filter on a unique key",
    RequestPair,
    judge,
    severity=Severity.INFO,
    needs=("keys",),
)
