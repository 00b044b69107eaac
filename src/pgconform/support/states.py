"""What a file is as far as its folder tells: while that stays as it is, so does what the file holds."""

from __future__ import annotations

import os
import time
from typing import NamedTuple

GRAIN = 2_000_000_000
"""Nanoseconds in which a file may change again without a trace."""


class State(NamedTuple):
    """``written`` and ``changed`` are the times of its content and of its entry, in nanoseconds."""

    size: int
    written: int
    changed: int
    number: int

    def before(self, moment: int) -> bool:
        """It was left alone before this moment, in nanoseconds: what is written from then on leaves a trace."""
        return max(self.written, self.changed) <= moment


def state_of(path: str) -> State | None:
    """The state of what is at a path, links followed; None where nothing is."""
    try:
        said = os.stat(path)  # noqa: PTH116  thousands of files, and Path takes its time
    except OSError:
        return None
    return State(said.st_size, said.st_mtime_ns, said.st_ctime_ns, said.st_ino)


def settled_before() -> int:
    """The moment, in nanoseconds, before which a file must have been left alone to be known by its state."""
    return time.time_ns() - GRAIN
