"""QRY007: a comparison with None, which never finds a NULL."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.comparing import TEXTUAL
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules.registry import Rule
from pgconform.shape import Scalar

_COMPARED = frozenset({"eq", "neq", "gt", "gte", "lt", "lte"})


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    call = pair.call
    if call is None or call.method not in (*_COMPARED, "match") or call.value.json != "null" or call.negated:
        return
    textual = isinstance(pair.type, Scalar) and pair.type.kind in TEXTUAL | {"json", "jsonb"}
    name, differs = pair.ref.name.text, pair.operation.operator == "neq"
    found = 'no row that says "null" is found either' if differs else "no row with NULL is found"
    yield Finding(
        Severity.WARNING if textual and differs else Severity.ERROR,
        f'{pair.subject}.{name} is compared with None, which is sent as the text "null"',
        consequence=found if textual else "the request fails with 22P02",
        help=f'write {"not_." if differs else ""}is_("{name}", None)',
    )


RULE = Rule("QRY007", "compared-with-null", "eq and its like with None", ComparisonPair, judge)
