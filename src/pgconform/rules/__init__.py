"""Rules: one a module, discovered by import. A rule judges pairs of one kind and never asks which source spoke."""

from __future__ import annotations

from pgconform.rules.registry import Rule, all_rules

__all__ = ["Rule", "all_rules"]
