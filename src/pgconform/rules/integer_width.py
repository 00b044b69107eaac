"""TYP002: whole numbers wider than the column."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP002", "integer-width", "whole numbers wider than the column")
