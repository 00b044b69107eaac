"""Measuring: the best of several runs, wall and processor time, without the collector in between."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import NamedTuple


class Time(NamedTuple):
    """Seconds: as they pass, and of this process alone."""

    wall: float
    cpu: float


def best(run: Callable[[], object], times: int) -> Time:
    """The shortest of so many runs, each with its own processor time."""
    return min(_once(run) for _ in range(times))


def beside(times: int, *runs: Callable[[], object]) -> tuple[Time, ...]:
    """The middle one of so many runs of each, taken in turns, so that a busy moment falls on all of them alike."""
    rounds = [[_once(run) for run in runs] for _ in range(times)]
    return tuple(sorted(column)[times // 2] for column in zip(*rounds, strict=True))


def _once(run: Callable[[], object]) -> Time:
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        taken = Time(time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        if enabled:
            gc.enable()
    del result
    return taken


def kept(figure: float, limit: float, *, below: bool = True) -> str:
    """Whether a figure keeps its limit, in words."""
    good = figure <= limit if below else figure >= limit
    return f"{figure:.2f}× ({'within' if good else 'OUTSIDE'} the limit of {limit:g}×)"
