"""TYP019: JSON of any shape read as one shape."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP019", "json-shape", "JSON of any shape read as one shape")
