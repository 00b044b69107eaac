"""DRF006: an enum, domain or other type that only one side has, or otherwise."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF006", "drifted-type", "an enum, domain or other type that only one side has, or otherwise")
