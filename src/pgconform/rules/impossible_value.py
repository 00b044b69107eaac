"""QRY025: a filter for a value that a CHECK never lets into the column."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Rename, Severity
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.request import HOLE
from pgconform.rules._wording import did_you_mean, quoted
from pgconform.rules.registry import Rule
from pgconform.support.names import nearest


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    labels = pair.stored.bounds.labels if pair.stored and pair.stored.bounds else None
    if not labels or pair.operation.operator not in ("eq", "in") or pair.operation.quantifier:
        return
    for value in pair.operation.operands or (pair.operation.value,):
        if value in labels or HOLE in value or not value:
            continue
        near = nearest(value, labels)
        yield Finding(
            Severity.WARNING,
            f'{pair.subject}.{pair.ref.name.text} is never "{value}"{did_you_mean(near)}',
            consequence=f"no row {'differs' if pair.operation.negated else 'matches'}",
            help=f"a CHECK allows {quoted(labels)}",
            change=Rename(value, near[0]) if len(near) == 1 else None,
            witness=value,
        )


RULE = Rule(
    "QRY025",
    "impossible-value",
    "a filter for a value that a CHECK rules out",
    ComparisonPair,
    judge,
    severity=Severity.WARNING,
)
