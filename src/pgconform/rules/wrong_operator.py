"""QRY005: an operator that the column's type does not have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.postgrest.comparing import PATTERNS, compares, supports, truthful
from pgconform.postgrest.operators import SEARCH
from pgconform.postgrest.pairs import ComparisonPair
from pgconform.rules._wording import spelled
from pgconform.rules.registry import Rule
from pgconform.shape import Array, Labels, Scalar, Struct

UNREAD = "0A000"
_SHIFTED = frozenset({"int2", "int4", "int8", "bit", "varbit"})


def judge(pair: ComparisonPair) -> Iterator[Finding]:
    operation = pair.operation
    if operation.operator == "is":
        if operation.value in ("true", "false", "unknown") and truthful(pair.type) is False:
            yield _finding(pair, f"is.{operation.value}", "42804 (argument of IS must be boolean)")
    elif not compares(pair.type, operation, pair.part.config):
        yield _finding(pair, operation.operator + (operation.quantifier and f"({operation.quantifier})"), _answer(pair))


def _finding(pair: ComparisonPair, operator: str, answer: str) -> Finding:
    shape = "" if pair.type is pair.column else ", at the end of the JSON path,"
    read = answer.startswith(UNREAD)
    lack = f"and {operator} can compare no text with a row" if read else f"which has no operator {operator}"
    return Finding(
        Severity.ERROR,
        f"{pair.subject}.{pair.ref.name.text}{shape} is {spelled(pair.type)}, {lack}",
        consequence=f"the request fails with {answer}",
        help=_help(pair),
    )


def _answer(pair: ComparisonPair) -> str:
    if isinstance(pair.type, Struct) and supports(pair.type, pair.operation.operator, pair.part.config) is not False:
        return f"{UNREAD} (input of anonymous composite types is not implemented)"
    if pair.operation.operator in ("sl", "sr") and isinstance(pair.type, Scalar) and pair.type.kind in _SHIFTED:
        return "42804 (argument of WHERE must be boolean)"
    if isinstance(pair.type, Array) and (pair.operation.operator == "in" or pair.operation.quantifier):
        return "42704 (no array type for an array)"
    return "42725 (operator is not unique)" if pair.operation.operator == "cd" else "42883 (operator does not exist)"


def _help(pair: ComparisonPair) -> str:
    operator = pair.operation.operator
    if isinstance(pair.type, Struct):
        first = next((field.name for field in pair.type.fields), "")
        return f'compare one of its columns: "{pair.ref.name.text}->>{first}"' if first else ""
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
