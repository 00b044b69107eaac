"""TYP030: a strict type that refuses the form in which values arrive."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP030", "strict-form", "a strict type that refuses the form in which values arrive")
