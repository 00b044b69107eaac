"""TYP014: months and years in something that only counts days."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule("TYP014", "interval-months", "months and years in something that only counts days", Severity.WARNING)
