"""TYP025: a network address of another class."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP025", "network-form", "a network address of another class")
