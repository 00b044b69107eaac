"""TYP003: decimal digits that the column or the wire drops."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP003", "numeric-scale", "decimal digits that the column or the wire drops")
