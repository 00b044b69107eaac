"""TYP018: a range in a form that the wire does not use."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP018", "range-form", "a range in a form that the wire does not use")
