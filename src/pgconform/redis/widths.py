"""Kinds of types by what a value's text must keep to."""

from __future__ import annotations

WIDTHS = {"int2": 15, "int4": 31, "int8": 63}
"""Bits of a whole number beside its sign."""
TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
