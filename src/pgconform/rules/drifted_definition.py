"""DRF005: a view, function, trigger or comment that says something else."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF005", "drifted-definition", "a view, function, trigger or comment that says something else")
