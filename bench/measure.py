"""Measuring: the best of several runs, wall and processor time, without the collector in between."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

Item = TypeVar("Item")

_BLOCK = 150
_BLOCKS = 8


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


class Beside(NamedTuple):
    """Seconds of a run as they pass and of this thread, and how both compare with the first run's.

    ``ratio`` is the middle one of all blocks of turns, ``least`` and ``most`` are the outermost of the middle half.
    """

    wall: float
    thread: float
    ratio: float
    least: float
    most: float
    thread_ratio: float


def turns(rounds: int, *runs: Callable[[], object], batch: int = 1) -> list[Beside]:
    """Runs beside the first of them, in turns of a random order, ``batch`` at a time.

    The turns are cut into blocks; of each the undisturbed tenth counts, and of the blocks' ratios the middle one: so a
    busy minute of the machine spoils some blocks and no verdict.
    """
    for run in runs * 20:
        run()
    size = max(1, min(_BLOCK, rounds // _BLOCKS))
    blocks = [[_tenth(times) for times in _block(size, batch, runs)] for _ in range(max(1, rounds // size))]
    return [_beside([block[number] for block in blocks], [block[0] for block in blocks]) for number in range(len(runs))]


def _block(rounds: int, batch: int, runs: tuple[Callable[[], object], ...]) -> list[list[Time]]:
    found: list[list[Time]] = [[] for _ in runs]
    order, dice = list(zip(runs, found, strict=True)), random.Random(rounds)
    for _ in range(rounds):
        dice.shuffle(order)
        for run, times in order:
            wall, thread = time.perf_counter(), time.thread_time()
            for _ in range(batch):
                run()
            times.append(Time((time.perf_counter() - wall) / batch, (time.thread_time() - thread) / batch))
    return found


def _tenth(times: list[Time]) -> Time:
    place = len(times) // 10
    return Time(*(sorted(part)[place] for part in zip(*times, strict=True)))


def _beside(mine: list[Time], first: list[Time]) -> Beside:
    ratios = sorted(one.wall / other.wall for one, other in zip(mine, first, strict=True))
    threads = sorted(one.cpu / other.cpu for one, other in zip(mine, first, strict=True))
    middle, quarter = len(ratios) // 2, len(ratios) // 4
    walls, own = (sorted(part)[middle] for part in zip(*mine, strict=True))
    return Beside(walls, own, ratios[middle], ratios[quarter], ratios[-1 - quarter], threads[middle])


def of_each(times: int, items: Iterable[Item], *runs: Callable[[Item], object]) -> tuple[float, ...]:
    """Seconds of processor time of each run over all items: for every item the shortest of so many, in turns."""
    spent = [0.0] * len(runs)
    with _uncollected():
        for item in items:
            rounds = [[_spent(run, item) for run in runs] for _ in range(times)]
            spent = [before + min(found) for before, found in zip(spent, zip(*rounds, strict=True), strict=True)]
    return tuple(spent)


def _spent(run: Callable[[Item], object], item: Item) -> float:
    """With what it takes to be rid of the result: whoever makes a tree of syntax frees it, too."""
    start = time.process_time()
    run(item)
    return time.process_time() - start


def _once(run: Callable[[], object]) -> Time:
    with _uncollected():
        wall, cpu = time.perf_counter(), time.process_time()
        result = run()
        taken = Time(time.perf_counter() - wall, time.process_time() - cpu)
    del result
    return taken


@contextmanager
def _uncollected() -> Iterator[None]:
    """The collector runs before, and not in between."""
    gc.collect()
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def kept(figure: float, limit: float, *, below: bool = True) -> str:
    """Whether a figure keeps its limit, in words."""
    good = figure <= limit if below else figure >= limit
    return f"{figure:.2f}× ({'within' if good else 'OUTSIDE'} the limit of {limit:g}×)"
