"""KEY003: an insert that gives the columns of a unique key, and so can meet a row that has them (only on request)."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import RequestPair
from pgconform.rules.registry import Rule


def judge(pair: RequestPair) -> Iterator[Finding]:
    query, relation = pair.query, pair.relation
    if relation is None or query.verb != "insert" or query.payload is None or query.fallback:
        return
    sent = {field.name for field in query.payload.fields}
    for key in relation.keys:
        if key.kind in ("unique", "index") and not (key.partial or key.expression) and set(key.columns) <= sent:
            here = ", ".join(key.columns)
            yield Finding(
                Severity.INFO,
                f"the insert into {pair.subject} fails when there is a row of that ({here})",
                consequence=f"the request fails with 409 23505 ({key.name})",
                help=f'handle it, or write upsert(…, on_conflict="{here.replace(" ", "")}")',
            )


RULE = Rule(
    "KEY003",
    "unexpected-conflict",
    "an insert that can meet an existing row",
    RequestPair,
    judge,
    Severity.INFO,
    preview=True,
    needs=("keys",),
)
