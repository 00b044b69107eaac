"""DRF003: a key, foreign key or CHECK that only one side has, or otherwise."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF003", "drifted-constraint", "a key, foreign key or CHECK that only one side has, or otherwise")
