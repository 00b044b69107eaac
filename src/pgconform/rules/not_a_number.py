"""TYP005: NaN and infinity, which one side has and the other does not take."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule(
    "TYP005", "not-a-number", "NaN and infinity that one side does not take", Severity.WARNING, preview=True
)
