"""TYP017: elements of an array that may be NULL."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule("TYP017", "null-elements", "elements of an array that may be NULL", Severity.WARNING, preview=True)
