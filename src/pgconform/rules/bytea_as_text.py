"""TYP009: bytes that travel as hexadecimal text."""

from __future__ import annotations

from pgconform.rules._types import type_rule

RULE = type_rule("TYP009", "bytea-as-text", "bytes that travel as hexadecimal text")
