"""What triggers may do to a row before it is stored: fill a column that was left out, or set one that was sent."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pgconform.sources.postgres.rows import TriggerRow
from pgconform.sql.tokens import COMMENTS
from pgconform.support.patterns import deferred

_ROW, _BEFORE, _INSERT, _UPDATE = 0b1, 0b10, 0b100, 0b10000
_WHOLE_ROW = deferred(r"\bnew\s*:?=|\binto\s+(?:strict\s+)?new\b(?!\s*\.)", re.IGNORECASE)
_STATEMENT = r"(?:\A|;|>>|\b(?:begin|then|else|loop)\b)\s*"


def may_fill(triggers: Iterable[TriggerRow]) -> Callable[[str], bool]:
    """Whether any enabled trigger could give the column of that name a value before a row is inserted."""
    early = _early(triggers, _INSERT)
    return lambda column: any(row.language != "plpgsql" or _mentions(row.body, column) for row in early)


def may_set(triggers: Iterable[TriggerRow]) -> Callable[[str], bool]:
    """Whether any enabled trigger could put another value into that column before its limits are looked at."""
    early = _early(triggers, _INSERT | _UPDATE)
    return lambda column: any(row.language != "plpgsql" or _sets(row.body, column) for row in early)


def _early(triggers: Iterable[TriggerRow], events: int) -> list[TriggerRow]:
    """The enabled triggers that run for each row before one of these events."""
    early = _ROW | _BEFORE
    return [row for row in triggers if row.enabled and row.when & early == early and row.when & events]


def _mentions(body: str, column: str) -> bool:
    return bool(_WHOLE_ROW.search(body) or re.search(rf"\b{_new(column)}", body, re.IGNORECASE))


def _sets(body: str, column: str) -> bool:
    """It assigns to the column, or to the row as a whole."""
    code = COMMENTS.sub(" ", body)
    assigned = rf"{_STATEMENT}{_new(column)}\s*:?=|\binto\b[^;]*\b{_new(column)}"
    return bool(_WHOLE_ROW.search(code) or re.search(assigned, code, re.IGNORECASE))


def _new(column: str) -> str:
    return rf'new\s*\.\s*"?{re.escape(column)}(?!\w)"?'
