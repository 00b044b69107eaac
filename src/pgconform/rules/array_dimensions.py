"""TYP031: arrays of more dimensions than a column says."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule(
    "TYP031", "array-dimensions", "arrays of more dimensions than their column says", Severity.INFO, preview=True
)
