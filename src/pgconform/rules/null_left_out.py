"""QRY031: a filter that leaves out the rows where the column is NULL, as if there were none."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules.registry import Rule
from pgconform.shape import Scalar


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    column, call = pair.stored, pair.call
    if column is None or call is None or column.nullable is not True or not _is_complement(pair):
        return
    name = pair.ref.name.text
    yield Finding(
        Severity.INFO,
        f"rows in which {pair.subject}.{name} is NULL are left out",
        consequence="NULL is neither equal nor unequal to anything",
        help=f'or_("{name}.is.null,…") asks for them too; else declare the column NOT NULL',
    )


def _is_complement(pair: ComparisonPair) -> bool:
    """It asks for all but some value, or for what is false, which a program takes for all the rest."""
    operator, negated = pair.operation.operator, pair.operation.negated
    boolean = isinstance(pair.type, Scalar) and pair.type.kind == "bool"
    if operator == "neq" or (operator in ("eq", "in") and negated):
        return pair.operation.value != "null"
    return boolean and operator == "eq" and pair.operation.value == "false"


RULE = Rule(
    "QRY031",
    "null-left-out",
    "a filter for all the rest that leaves out NULL",
    ComparisonPair,
    judge,
    Severity.INFO,
    preview=True,
)
