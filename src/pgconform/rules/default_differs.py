"""COL008: a model's default that is not the column's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules.registry import Rule
from pgconform.schema import Access
from pgconform.support.patterns import deferred

_SQL_TEXT = deferred(r"'((?:[^']|'')*)'(?:::[\w\s\".\[\]()]+)?")
_PY_TEXT = deferred(r"(?P<mark>['\"])(?P<text>[^'\"\\]*)(?P=mark)")


def judge(pair: FieldPair) -> Iterator[Finding]:
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or not (column.default and claim.default):
        return
    if not (pair.told or pair.access is Access.INSERT):
        return
    theirs, mine = constant(column.default), _told(claim.default) if pair.told else constant(claim.default)
    if pair.told and isinstance(theirs, str):
        theirs = " ".join(theirs.split())
    if theirs is not None and mine is not None and theirs != mine:
        yield Finding(
            Severity.INFO,
            f"{pair.claimed} defaults to {claim.default}, {pair.subject} to {column.default}",
            consequence="whoever follows this expects another value"
            if pair.told
            else "rows made through the model differ from rows made without it",
            help=f"write {column.default}"
            if pair.told
            else "leave the field unset, so that the database's default holds",
        )


def _told(text: str) -> str | bool | Decimal | None:
    """A default as a document writes it: a bare word is a text."""
    found = constant(text)
    return text if found is None and text.replace("_", "").replace("-", "").isalnum() else found


def constant(text: str) -> str | bool | Decimal | None:
    """The value of a literal, SQL's or Python's, JSON in one spelling; None for anything that must be evaluated."""
    found = _constant(text)
    if not isinstance(found, str) or not found.startswith(("{", "[")):
        return found
    try:
        return json.dumps(json.loads(found), sort_keys=True)
    except ValueError:
        return found


def _constant(text: str) -> str | bool | Decimal | None:
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
