"""COL008: a model's default that is not the column's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access

_SQL_TEXT = re.compile(r"'((?:[^']|'')*)'(?:::[\w\s\".\[\]()]+)?")
_PY_TEXT = re.compile(r"(?P<mark>['\"])(?P<text>[^'\"\\]*)(?P=mark)")


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.access is not Access.INSERT or not (column.default and claim.default):
        return
    theirs, mine = constant(column.default), constant(claim.default)
    if theirs is not None and mine is not None and theirs != mine:
        yield Finding(
            Severity.INFO,
            f"{pair.claimed} defaults to {claim.default}, {pair.subject} to {column.default}",
            consequence="rows made through the model differ from rows made without it",
            help="leave the field unset, so that the database's default holds",
        )


def constant(text: str) -> str | bool | Decimal | None:
    """The value of a literal, SQL's or Python's; None for anything that must be evaluated."""
    text = text.strip()
    if text.lower() in ("true", "false"):
        return text.lower() == "true"
    if found := _SQL_TEXT.fullmatch(text):
        return _as_number(found[1].replace("''", "'"))
    if found := _PY_TEXT.fullmatch(text):
        return _as_number(found["text"])
    number = _as_number(text.split("::")[0].strip("()"))
    return number if isinstance(number, Decimal) else None


def _as_number(text: str) -> str | Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


RULE = Rule("COL008", "default-differs", "a default that is not the database's", FieldPair, judge, Severity.INFO)
