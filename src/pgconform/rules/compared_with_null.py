"""QRY007: a comparison with None, which never finds a NULL."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.comparing import COMPARED, TEXTUAL
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules.registry import Rule
from pgconform.shape import JSONS, Scalar


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    call = pair.call
    if call is None or call.method not in COMPARED or call.value.json != "null" or call.negated:
        return
    kind = pair.type.kind if isinstance(pair.type, Scalar) else ""
    name, differs = _column(pair), pair.operation.operator == "neq"
    found = 'no row that says "null" is found either' if differs else "no row with NULL is found"
    if kind in JSONS:
        found = f"only the JSON value null {'differs' if differs else 'is found'}, and no row where there is no value"
    yield Finding(
        Severity.WARNING if kind in JSONS or (kind in TEXTUAL and differs) else Severity.ERROR,
        f'{pair.subject}.{name} is compared with None, which is sent as the text "null"',
        consequence=found if kind in JSONS | TEXTUAL else "the request fails with 22P02",
        help=f'write {"not_." if differs else ""}is_("{name}", None)',
    )


def _column(pair: ComparisonPair) -> str:
    return pair.ref.name.text + "".join(step.arrow + step.key for step in pair.ref.steps)


RULE = Rule("QRY007", "compared-with-null", "eq and its like with None", ComparisonPair, judge)
