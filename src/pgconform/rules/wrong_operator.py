"""QRY005: an operator that the column's type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.comparing import PATTERNS, supports, truthful
from pgconform.postgrest.operators import SEARCH
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Array, Labels, Scalar

_SHIFTED = frozenset({"int2", "int4", "int8", "bit", "varbit"})


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    operation = pair.operation
    if operation.operator == "is":
        if operation.value in ("true", "false", "unknown") and truthful(pair.type) is False:
            yield _finding(pair, f"is.{operation.value}", "42804 (argument of IS must be boolean)")
    elif supports(pair.type, operation.operator, pair.part.config) is False:
        yield _finding(pair, operation.operator, _answer(pair))


def _finding(pair: ComparisonPair, operator: str, answer: str) -> Finding:
    shape = "" if pair.type is pair.column else ", at the end of the JSON path,"
    return Finding(
        Severity.ERROR,
        f"{pair.subject}.{pair.ref.name.text}{shape} is {spelled(pair.type)}, which has no operator {operator}",
        consequence=f"the request fails with {answer}",
        help=_help(pair),
    )


def _answer(pair: ComparisonPair) -> str:
    if pair.operation.operator in ("sl", "sr") and isinstance(pair.type, Scalar) and pair.type.kind in _SHIFTED:
        return "42804 (argument of WHERE must be boolean)"
    if pair.operation.operator == "in" and isinstance(pair.type, Array):
        return "42704 (no array type for an array)"
    return "42725 (operator is not unique)" if pair.operation.operator == "cd" else "42883 (operator does not exist)"


def _help(pair: ComparisonPair) -> str:
    operator = pair.operation.operator
    if operator in PATTERNS:
        return "compare with eq, or give the table a text column" if isinstance(pair.type, Scalar | Labels) else ""
    if operator in SEARCH:
        return "search needs a tsvector or text column"
    if operator == "in" and isinstance(pair.type, Array):
        return "use ov (overlaps) to match any of several elements"
    if isinstance(pair.type, Scalar) and pair.type.kind == "json":
        return "make the column jsonb, or compare a text below it with ->>"
    return ""


RULE = Rule("QRY005", "wrong-operator", "an operator that the column's type does not have", ComparisonPair, judge)
