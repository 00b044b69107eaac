"""QRY009: a Python list in a containment filter on JSON; the client sends it as a Postgres array."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules.registry import Rule
from pgconform.shape import Scalar

_CONTAINMENT = frozenset({"cs", "cd", "contains", "contained_by"})


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    call = pair.call
    if call is None or call.method not in _CONTAINMENT or not (call.value.json or "").startswith("["):
        return
    if not (isinstance(pair.type, Scalar) and pair.type.kind == "jsonb"):
        return
    empty = call.value.json == "[]"
    yield Finding(
        Severity.ERROR,
        f"{call.method} on {pair.subject}.{pair.ref.name.text} sends the list as a Postgres array; the column is jsonb",
        consequence="it is read as the empty object" if empty else "the request fails with 22P02 (not JSON)",
        help=f"pass JSON text: {call.method}({pair.ref.name.text!r}, json.dumps(…))",
    )


RULE = Rule("QRY009", "list-for-json", "a list in a containment filter on jsonb", ComparisonPair, judge)
