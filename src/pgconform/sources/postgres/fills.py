"""Which columns a BEFORE INSERT trigger may fill, so that leaving them out is not surely an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from pgconform.sources.postgres.rows import TriggerRow

_BEFORE_INSERT_ROW = 0b111
_WHOLE_ROW = re.compile(r"\bnew\s*:?=|\binto\s+(?:strict\s+)?new\b(?!\s*\.)", re.IGNORECASE)


def may_fill(triggers: Iterable[TriggerRow]) -> Callable[[str], bool]:
    """Whether any enabled trigger could give the column of that name a value before a row is stored."""
    early = [row for row in triggers if row.enabled and row.when & _BEFORE_INSERT_ROW == _BEFORE_INSERT_ROW]
    return lambda column: any(row.language != "plpgsql" or _mentions(row.body, column) for row in early)


def _mentions(body: str, column: str) -> bool:
    name = re.escape(column)
    return bool(_WHOLE_ROW.search(body) or re.search(rf'\bnew\s*\.\s*"?{name}\b', body, re.IGNORECASE))
