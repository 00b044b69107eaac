"""TYP012: a date, a time and a timestamp taken for each other."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP012", "date-time-mixed", "a date, a time and a timestamp taken for each other")
