"""TYP004: exact numbers kept as binary floats."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP004", "numeric-as-float", "exact numbers kept as binary floats")
