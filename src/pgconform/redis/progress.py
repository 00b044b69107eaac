"""How far a look at a server is."""

from __future__ import annotations

import time

from pgconform.redis.observe import Seen
from pgconform.support.telling import Far


def far(seen: Seen, total: int, sample: int = 0) -> Far:
    """Of the ``total`` keys of the server; or of the ``sample`` entries that are enough, where those come first."""
    took = time.perf_counter() - seen.started
    wrong = f"{seen.wrong:,} wrong" if seen.wrong else ""
    if sample and sample * max(seen.passed, 1) < total * max(seen.judged, 1):
        return Far(seen.judged, sample, "entries", took, wrong)
    share = f"{100 * seen.judged / seen.passed:.0f} % have a contract" if seen.passed else ""
    return Far(seen.passed, total, "keys", took, ", ".join(filter(None, (share, wrong))))
