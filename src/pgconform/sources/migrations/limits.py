"""How long migrations may run, and how much they may write."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds for one statement and for all of them, and bytes that the data may grow by."""

    statement: float = 20.0
    total: float = 180.0
    growth: int = 1 << 30


LIMITS = Limits()
