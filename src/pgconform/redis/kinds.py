"""Kinds of types by what stands for their values."""

from __future__ import annotations

TEXTS = frozenset({"text", "varchar", "bpchar", "citext", "name"})
