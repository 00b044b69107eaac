"""Whether processes live, as their tests ask."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path


def alive(process: int) -> bool:
    """It runs, and is not only waited for."""
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return not Path("/proc/self").exists()
    except ProcessLookupError:
        return False
    return state != "Z"


def all_gone(processes: Iterable[int], seconds: float = 10) -> bool:
    """None of them lives any more, within so long."""
    left = list(processes)
    until = time.monotonic() + seconds
    while (left := list(filter(alive, left))) and time.monotonic() < until:
        time.sleep(0.02)
    return not left
