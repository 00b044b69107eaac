"""Something worked out by a fork of this process, which goes on to tidy up once it has told what it found."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import NoReturn

from pgconform.support.forks import cores, may_fork

Tell = Callable[[bytes], None]
Asked = Callable[[], bytes]
Work = Callable[[Asked, Tell], None]
_SIZE = 8
"""Bytes of a number."""
_AGAIN, _PAUSE = 0.2, 0.001
"""Seconds until a process is told again to end, and between looks whether it has."""


class _Letters:
    """Values for another process, of any size: they lie in memory one after another, and a pipe says how long."""

    def __init__(self) -> None:
        self._memory = _memory()
        self._reading, self._sending = os.pipe()
        self._read = 0

    def send(self, value: bytes) -> None:
        with open(self._memory, "ab", closefd=False) as file:
            file.write(value)
        os.write(self._sending, len(value).to_bytes(_SIZE, "big"))

    def read(self) -> bytes | None:
        """The next value, waited for; None when nobody is left to send it."""
        size = os.read(self._reading, _SIZE)
        if len(size) < _SIZE:
            return None
        value = os.pread(self._memory, int.from_bytes(size, "big"), self._read)
        self._read += len(value)
        return value

    def waits(self) -> bool:
        """There is something to read, or nobody left to send it."""
        import select

        poll = select.poll()
        poll.register(self._reading)
        return bool(poll.poll(0))

    def only_sent(self) -> None:
        """By this process it is not read."""
        os.close(self._reading)
        self._reading = -1

    def only_read(self) -> None:
        """By this process it is not sent."""
        os.close(self._sending)
        self._sending = -1

    def close(self) -> None:
        """Nothing more comes of it in this process."""
        for file in (self._memory, self._reading, self._sending):
            if file >= 0:
                os.close(file)


class Forked:
    """A process that is asked something, and tells what it finds. It is a group of its own with whatever it starts, and
    ends when this one does.

    Whatever becomes of it costs only time: a value that does not come has to be worked out here, where a fault shows.
    """

    def __init__(self, process: int, question: _Letters, answer: _Letters, life: int) -> None:
        """The group ends when ``life`` is closed."""
        self._process = process
        self._question = question
        self._answer = answer
        self._life = life
        self._open = True

    def ask(self, question: bytes) -> None:
        """Tells it what is wanted; it may have ended."""
        with contextlib.suppress(OSError):
            self._question.send(question)

    def value(self) -> bytes | None:
        """The next that it told, waited for; None when it ended without a word."""
        return self._answer.read() if self._open else None

    def told(self) -> bool:
        """There is a value already, or none will come."""
        return not self._open or self._answer.waits()

    def wait(self) -> None:
        """Returns when it has ended."""
        if self._open:
            self._open = False
            self._question.close()
            os.waitpid(self._process, 0)
            self._answer.close()
            os.close(self._life)

    def leave(self) -> None:
        """Has it end by itself, once it has tidied up; who has not said `tidily` that it will ends at once.

        It is told again as long as it is there: Python hears a signal that comes just before it begins to wait for
        something only when that is over, or another comes.
        """
        while self._open:
            with contextlib.suppress(OSError):
                os.kill(self._process, signal.SIGTERM)
            if self._ends_within(_AGAIN):
                self.wait()

    def _ends_within(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while os.waitid(os.P_PID, self._process, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if time.monotonic() > end:
                return False
            time.sleep(_PAUSE)
        return True

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
        question, answer = _Letters(), _Letters()
        living, life = os.pipe()
        process = os.fork()
    except OSError:
        return None
    if not process:
        os.close(life)
        _run(work, living, question, answer)
    with contextlib.suppress(OSError):
        os.setpgid(process, process)
    question.only_sent()
    answer.only_read()
    os.close(living)
    return Forked(process, question, answer, life)


def _memory() -> int:
    """A file without a name; some builds of Python know none that is only in memory."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("pgconform")
    import tempfile

    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())


def alone(living: int) -> None:
    """Makes this process a group of its own that ends, whatever it is doing, when nobody holds the other end.

    On Linux only.
    """
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


def tidily() -> None:
    """From now on this process leaves the blocks that it is in when it is to end, as it is when its parent is gone."""

    def leave(number: int, _: object) -> None:
        for one in (signal.SIGTERM, signal.SIGIO):
            signal.signal(one, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for one in (signal.SIGTERM, signal.SIGIO):
        signal.signal(one, leave)


def _run(work: Work, living: int, question: _Letters, answer: _Letters) -> NoReturn:
    """Does the work; what the parent's files still hold to be written is none of this process's."""

    def asked() -> bytes:
        found = question.read()
        if found is None:
            os._exit(0)
        return found

    code = 1
    try:
        gc.disable()
        alone(living)
        question.only_read()
        answer.only_sent()
        work(asked, answer.send)
        code = 0
    finally:
        os._exit(code)
