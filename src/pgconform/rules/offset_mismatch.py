"""TYP011: a time with an offset where there is none, or without."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP011", "offset-mismatch", "a time with an offset where there is none, or without")
