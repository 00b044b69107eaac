"""How far a look at a server is, in words."""

from __future__ import annotations

import time

from pgconform.redis.observe import Seen


def line(seen: Seen, total: int) -> str:
    """``340,000 of about 1,000,000 keys · 210,000 a second · 3 s left``."""
    took = time.perf_counter() - seen.started
    rate = seen.scanned / took if took else 0.0
    if not total or not rate:
        return f"{seen.scanned:,} keys"
    left = max(total - seen.scanned, 0) / rate
    return f"{seen.scanned:,} of about {total:,} keys · {rate:,.0f} a second · {_spent(left)} left"


def _spent(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
