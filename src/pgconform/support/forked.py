"""Something worked out by a fork of this process, which goes on to tidy up once it has told what it found."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable

from pgconform.support.forks import cores, may_fork

Tell = Callable[[bytes], None]
Work = Callable[[Tell], None]
_TOLD = b"."


class Forked:
    """A process that tells one value. It is a group of its own with whatever it starts, and ends when this one does.

    Whatever becomes of it costs only time: a value that does not come has to be worked out here, where a fault shows.
    """

    def __init__(self, process: int, told: int, memory: int, life: int) -> None:
        """``told`` is read once there is a value in ``memory``; the group ends when ``life`` is closed."""
        self._process = process
        self._told = told
        self._memory = memory
        self._life = life
        self._open = True

    def value(self) -> bytes | None:
        """What it told, waited for; None when it ended without a word. To be asked for once."""
        if not self._open or os.read(self._told, 1) != _TOLD:
            return None
        size = os.fstat(self._memory).st_size
        return os.pread(self._memory, size, 0)

    def wait(self) -> None:
        """Returns when it has ended."""
        if self._open:
            self._open = False
            os.waitpid(self._process, 0)
            for file in (self._told, self._memory, self._life):
                os.close(file)

    def stop(self) -> None:
        """Ends it, and what it has started."""
        if self._open:
            with contextlib.suppress(OSError):
                os.killpg(self._process, signal.SIGKILL)
            self.wait()


def forked(work: Work) -> Forked | None:
    """Starts ``work`` in a fork; None where there is no core for it, or none can be made."""
    if sys.platform != "linux" or cores() < 2 or not may_fork():
        return None
    try:
        memory = os.memfd_create("pgconform")
        reading, telling = os.pipe()
        living, life = os.pipe()
        process = os.fork()
    except OSError:
        return None
    if not process:
        os.close(life)
        _alone(living)
        _run(work, memory, telling)
    with contextlib.suppress(OSError):
        os.setpgid(process, process)
    os.close(telling)
    os.close(living)
    return Forked(process, reading, memory, life)


def _alone(living: int) -> None:
    """Makes this process a group of its own that ends, whatever it is doing, when nobody holds the other end."""
    import fcntl
    import select

    for one in (signal.SIGINT, signal.SIGALRM):
        signal.signal(one, signal.SIG_IGN)
    for one in (signal.SIGTERM, signal.SIGIO):
        signal.signal(one, signal.SIG_DFL)
    os.setpgid(0, 0)
    fcntl.fcntl(living, fcntl.F_SETOWN, -os.getpid())
    fcntl.fcntl(living, fcntl.F_SETFL, os.O_ASYNC)
    poll = select.poll()
    poll.register(living, 0)
    if poll.poll(0):
        os._exit(1)


def _run(work: Work, memory: int, telling: int) -> None:
    """Does the work; what the parent's files still hold to be written is none of this process's."""

    def tell(value: bytes) -> None:
        with open(memory, "wb", closefd=False) as file:
            file.write(value)
        os.write(telling, _TOLD)

    gc.disable()
    code = 1
    try:
        work(tell)
        code = 0
    finally:
        os._exit(code)
