"""TYP015: infinity, BC and far years in a Python date."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule(
    "TYP015", "endless-time", "infinity, BC and far years in a Python date", Severity.WARNING, preview=True
)
