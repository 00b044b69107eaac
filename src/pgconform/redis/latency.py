"""How long other clients wait meanwhile: a connection of its own asks something small every few milliseconds."""

from __future__ import annotations

import sys
import threading
import time
from types import TracebackType

import msgspec

from pgconform.errors import Problem
from pgconform.redis.address import Address
from pgconform.redis.link import Link

_EVERY = 0.01
_BEFORE = 30
_MOST = 20_000
_SWITCH = 0.0005


class Waits(msgspec.Struct, frozen=True):
    """Milliseconds that 99 of 100 small requests took at most: before, and meanwhile; None: too few to tell."""

    before: float | None = None
    meanwhile: float | None = None

    def and_(self, other: Waits) -> Waits:
        """The longer of both."""
        return Waits(_longer(self.before, other.before), _longer(self.meanwhile, other.meanwhile))


def _longer(one: float | None, other: float | None) -> float | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


class Probe:
    """Measures while it is entered. What goes wrong with it is no matter of the check's."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._before: list[float] = []
        self._times: list[float] = []
        self._over = threading.Event()
        self._switch = sys.getswitchinterval()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Probe:
        try:
            link = Link(self._address, timeout=5)
        except Problem:
            return self
        self._before = [found for _ in range(_BEFORE) if (found := _once(link)) is not None]
        self._thread = threading.Thread(target=self._run, args=(link,), daemon=True)
        sys.setswitchinterval(_SWITCH)
        self._thread.start()
        return self

    def _run(self, link: Link) -> None:
        while not self._over.wait(_EVERY) and len(self._times) < _MOST:
            if (found := _once(link)) is not None:
                self._times.append(found)
        link.close()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        if self._thread is not None:
            self._thread.join(timeout=6)
            sys.setswitchinterval(self._switch)

    @property
    def waits(self) -> Waits:
        return Waits(_p99(self._before), _p99(self._times))


def _once(link: Link) -> float | None:
    started = time.perf_counter()
    try:
        link.ask("EXISTS", "pgconform:probe")
    except Problem:
        return None
    return (time.perf_counter() - started) * 1000


def _p99(times: list[float]) -> float | None:
    return sorted(times)[min(len(times) - 1, int(len(times) * 0.99))] if len(times) >= 10 else None
