"""TYP010: one version of UUID for a column that takes all."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.rules._types import type_rule

RULE = type_rule("TYP010", "uuid-version", "one version of UUID for a column that takes all", Severity.WARNING)
