"""Work shared out among this process and forks of it: each takes the next piece when it is done with one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")
CGROUP = Path("/sys/fs/cgroup")
MOST = 8
"""Processes at once."""
MOST_PIECES = 16_000
"""Their numbers have to fit into a pipe, of 64 KiB."""
_SIZE = 4
"""Bytes of a number."""


def cores() -> int:
    """The cores that this process may use; a container may have been given the time of fewer than it sees."""
    seen = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(seen, _granted(CGROUP) or seen)


@cache
def _granted(cgroup: Path) -> int:
    """The cores whose time a control group may use, at least one; 0 where nothing limits it."""
    for names in ("cpu.max",), ("cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"):
        with contextlib.suppress(OSError, ValueError):
            quota, period = map(int, " ".join((cgroup / name).read_text() for name in names).split())
            return max(1, round(quota / period)) if quota > 0 < period else 0
    return 0


def may_fork() -> bool:
    """A fork copies no other thread, and whatever lock one of them holds stays locked for ever."""
    return sys.platform == "linux" and threading.active_count() == 1


def shared(pieces: int, work: Callable[[Iterator[int]], T], send: Callable[[T], bytes]) -> tuple[T, list[bytes]]:
    """What ``work`` gives for the pieces, by number, that this process took; and what it gave others, as they send it.

    A fork that fails or is killed gives nothing: the caller sees which pieces are missing. Where there may be no fork,
    this process takes all.
    """
    count = min(cores(), MOST) if may_fork() else 1
    if count < 2 or pieces > MOST_PIECES:
        return work(iter(range(pieces))), []
    forks: list[_Fork] = []
    numbers = _filled(pieces)
    try:
        with contextlib.suppress(OSError):
            for _ in range(count - 1):
                forks.append(_Fork(numbers, work, send, forks))
        own = work(_taken(numbers))
        return own, [answer for fork in forks if (answer := fork.answer()) is not None]
    finally:
        os.close(numbers)
        for fork in forks:
            fork.end()


def _filled(pieces: int) -> int:
    """The end of a pipe from which the numbers of all pieces can be read, by whoever comes first."""
    here, there = os.pipe()
    with os.fdopen(there, "wb") as pipe:
        pipe.write(b"".join(number.to_bytes(_SIZE, "big") for number in range(pieces)))
    return here


def _taken(numbers: int) -> Iterator[int]:
    while number := os.read(numbers, _SIZE):
        yield int.from_bytes(number, "big")


class _Fork:
    """A fork of this process that works, and sends what that gives through a pipe, after its length."""

    def __init__(
        self, numbers: int, work: Callable[[Iterator[int]], T], send: Callable[[T], bytes], others: Iterable[_Fork]
    ) -> None:
        self.pipe, there = os.pipe()
        try:
            self.process = os.fork()
        except OSError:
            os.close(self.pipe)
            os.close(there)
            raise
        if self.process == 0:
            _work(there, numbers, work, send, [self.pipe, *(other.pipe for other in others)])
        os.close(there)

    def answer(self) -> bytes | None:
        """What it sent, once it has; None when it ended before."""
        with os.fdopen(self.pipe, "rb", closefd=False) as pipe:
            size = pipe.read(_SIZE)
            found = pipe.read()
        return found if len(size) == _SIZE and len(found) == int.from_bytes(size, "big") else None

    def end(self) -> None:
        """Ends it, if it has not ended."""
        os.close(self.pipe)
        with contextlib.suppress(OSError):
            os.kill(self.process, signal.SIGKILL)
            os.waitpid(self.process, 0)


def _work(
    there: int, numbers: int, work: Callable[[Iterator[int]], T], send: Callable[[T], bytes], read: Iterable[int]
) -> NoReturn:
    """In a fork: nothing else of the process goes on, and a fault is not told here.

    The pipes that its parent is to ``read`` are closed, so that nobody is left to do so when that is gone.
    """
    try:
        for end in read:
            os.close(end)
        for one in (signal.SIGINT, signal.SIGTERM):
            signal.signal(one, signal.SIG_DFL)
        found = send(work(_taken(numbers)))
        with os.fdopen(there, "wb") as pipe:
            pipe.write(len(found).to_bytes(_SIZE, "big"))
            pipe.write(found)
    finally:
        os._exit(0)
