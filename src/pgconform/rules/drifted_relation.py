"""DRF001: a table or view that only one side has, or of another kind."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF001", "drifted-relation", "a table or view that only one side has, or of another kind")
