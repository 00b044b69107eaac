"""TYP016: a list where there is one value, or one where there are many."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP016", "array-or-scalar", "a list where there is one value, or one where there are many")
