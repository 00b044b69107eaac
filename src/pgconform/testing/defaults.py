"""Values the database gives where none is sent: sequences, and the defaults that can be worked out without it."""

from __future__ import annotations

import datetime
import re
import uuid
from typing import Any, Final

from pgconform.shape import Field, Scalar
from pgconform.support.patterns import deferred
from pgconform.testing.errors import Unsupported
from pgconform.testing.values import from_text

_NOW: Final = deferred(
    r"(?:now\(\)|current_timestamp|transaction_timestamp\(\)|statement_timestamp\(\)|clock_timestamp\(\)"
    r"|timezone\('utc'::text, now\(\)\)|\(now\(\) at time zone 'utc'::text\))\Z",
    re.IGNORECASE,
)
_UUID: Final = deferred(r"(?:\w+\.)?(?:gen_random_uuid|uuid_generate_v4)\(\)\Z")
_LITERAL: Final = deferred(r"\(?'((?:[^']|'')*)'(?:::[\w .\"\[\]()]+)?\)?\Z")
_PLAIN: Final = deferred(r"\(?(-?\d+(?:\.\d+)?|true|false)\)?(?:::[\w .]+)?\Z", re.IGNORECASE)
_NULL: Final = deferred(r"null(?:::[\w .\"\[\]]+)?\Z", re.IGNORECASE)


def default(field: Field, relation: str, now: datetime.datetime, following: int) -> Any:
    """The column's default; ``following`` is the next number of its sequence."""
    expression = field.default
    if field.identity or (expression and expression.startswith("nextval(")):
        return following
    if expression is None:
        if field.filled:
            raise Unsupported(f"{relation}.{field.name} is filled by a trigger, which the double does not run: send it")
        return None
    if _NULL.match(expression):
        return None
    if _NOW.match(expression):
        return _now(field, now, expression)
    if _UUID.match(expression):
        return str(uuid.uuid4())
    if found := _LITERAL.match(expression) or _PLAIN.match(expression):
        return from_text(found[1].replace("''", "'"), field.type)
    if re.fullmatch(r"ARRAY\[\]::[\w .\"]+\[\]", expression):
        return []
    raise Unsupported(f"the default of {relation}.{field.name}, {expression}, is not supported by the double: send it")


def _now(field: Field, now: datetime.datetime, expression: str) -> Any:
    kind = field.type.kind if isinstance(field.type, Scalar) else ""
    if kind == "timestamptz" and "utc" not in expression.lower():
        return now
    if kind == "date":
        return now.date()
    return now.replace(tzinfo=None) if kind == "timestamp" else now


def numbered(field: Field) -> bool:
    """The column takes its values from a sequence."""
    return bool(field.identity) or bool(field.default and field.default.startswith("nextval("))
