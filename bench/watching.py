"""Many targets watched by one process: its memory, the time of the first looks, of doing nothing, and of a change.

``python -m bench watching [TARGETS [TABLES]]``: default 200 targets with 50 tables each.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg

from bench.crowd import filled, project, roomy, watching
from pgconform.embedded import Server

TARGETS, TABLES = 200, 50
LIMIT = 256
_QUIET = 10.0


def main(arguments: list[str]) -> None:
    targets, tables = [*map(int, arguments), *(TARGETS, TABLES)[len(arguments) :]]
    with roomy(targets + 50) as server, tempfile.TemporaryDirectory() as place:
        _measure(server, Path(place), targets, tables)


def _measure(server: Server, root: Path, targets: int, tables: int) -> None:
    urls = filled(server, tables)
    started = time.perf_counter()
    with watching(root, project(root, urls, targets)) as monitor:
        _until(lambda: sum("first look" in line for line in monitor.said) == targets)
        first = time.perf_counter() - started
        before = monitor.seconds()
        time.sleep(_QUIET)
        idle = (monitor.seconds() - before) / _QUIET
        seen = len(monitor.said)
        with psycopg.connect(urls[0], autocommit=True) as connection:
            connection.execute("notify pgrst, 'reload schema'; create table public.fresh (id int primary key)")
            connection.execute("notify pgrst, 'reload schema'")
            changed = time.perf_counter()
        _until(lambda: len(monitor.said) > seen)
        change = time.perf_counter() - changed
        memory, most = monitor.kilobytes("VmRSS") / 1024, monitor.kilobytes("VmHWM") / 1024
    print(f"{targets} targets, {tables} tables each")
    print(f"  memory                {memory:7.0f} MB, at most {most:.0f} MB   (limit {LIMIT} MB)")
    print(f"  all first looks       {first:7.1f} s")
    print(f"  processor, when idle  {idle * 100:7.2f} %")
    print(f"  from a change to what it means  {change:.1f} s")


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 300
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)
