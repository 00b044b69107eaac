"""TYP001: a type that the column's values do not have."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP001", "wrong-type", "a type that the column's values do not have")
