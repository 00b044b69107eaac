"""DRF002: a column that only one side has, or that is otherwise."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF002", "drifted-column", "a column that only one side has, or that is otherwise")
