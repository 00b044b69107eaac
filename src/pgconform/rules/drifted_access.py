"""DRF004: row-level security, a policy or what may be written."""

from __future__ import annotations

from pgconform.rules._drift import drift_rule

RULE = drift_rule("DRF004", "drifted-access", "row-level security, a policy or what may be written")
