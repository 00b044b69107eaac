"""Many targets watched by one process: a thread that waits, a few that visit, and one that tells."""

from __future__ import annotations

import contextlib
import heapq
import os
import selectors
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

from pgconform.errors import Problem, masked
from pgconform.monitor.alerts.channels import Channel
from pgconform.monitor.alerts.composing import Manners, compose
from pgconform.monitor.alerts.delivering import Say, deliver
from pgconform.monitor.store.retention import forget
from pgconform.monitor.values import now
from pgconform.monitor.visiting import Memory, Visit, Visitor
from pgconform.monitor.watched import Watched

if TYPE_CHECKING:
    from sqlalchemy import Engine

WORKERS = 8
_SETTLE = 0.2
_LONGEST_BACKOFF = 300.0
_STUCK = 4.0
_TICK = 1.0
_SILENT = 30.0
_LAST_WORDS = 10.0
_FORGET_EVERY = 6 * 3600.0
Said = Callable[[Watched, Visit], None]


def look_once(visitor: Visitor, targets: Iterable[Watched], said: Said) -> tuple[Visit, ...]:
    """Visits every target one time, a few at once, and lets go of them."""

    def one(target: Watched) -> Visit:
        memory = Memory()
        visit = visitor.visit(target, memory, hears=False)
        if memory.session is not None:
            memory.session.close()
        said(target, visit)
        return visit

    with ThreadPoolExecutor(WORKERS, "pgconform-visit") as pool:
        return tuple(pool.map(one, targets))


class Watch:
    """The loop. ``stop`` may be called from a signal handler or another thread."""

    def __init__(self, visitor: Visitor, targets: Iterable[Watched], said: Said) -> None:
        self._visitor = visitor
        self._targets = {target.name: target for target in targets}
        self._memories = {name: Memory() for name in self._targets}
        self._said = said
        self._due = [(time.monotonic(), name) for name in sorted(self._targets)]
        self._planned = {name: at for at, name in self._due}
        self._busy: dict[str, Future[Visit]] = {}
        self._done: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._pipe = os.pipe()
        os.set_blocking(self._pipe[1], False)
        self._beat = time.monotonic()

    @property
    def beats(self) -> bool:
        """The loop went round in the last seconds."""
        return time.monotonic() - self._beat < _SILENT

    def stop(self) -> None:
        self._visitor.stopping.set()
        self._wake()

    def _wake(self) -> None:
        with contextlib.suppress(OSError):
            os.write(self._pipe[1], b".")

    def run(self) -> None:
        """Watches until it is stopped; then lets visits end, and closes every connection."""
        self._selector.register(self._pipe[0], selectors.EVENT_READ, "")
        pool = ThreadPoolExecutor(WORKERS, "pgconform-visit")
        try:
            while not self._visitor.stopping.is_set():
                self._beat = time.monotonic()
                self._start(pool)
                self._wait()
                self._finish()
                self._unstick()
        finally:
            self._close(pool)

    def _start(self, pool: ThreadPoolExecutor) -> None:
        """Hands over the targets that are due."""
        at = time.monotonic()
        while self._due and self._due[0][0] <= at:
            planned, name = heapq.heappop(self._due)
            if name in self._busy or self._planned.get(name) != planned:
                continue
            self._deaf(name)
            target, memory = self._targets[name], self._memories[name]
            hears = self._visitor.config.listen
            future = pool.submit(self._visitor.visit, target, memory, hears=hears)
            self._busy[name] = future
            future.add_done_callback(lambda _, name=name: self._ended(name))  # type: ignore[misc]

    def _ended(self, name: str) -> None:
        self._done.append(name)
        self._wake()

    def _wait(self) -> None:
        """Until something is due, a visit has ended, or a database tells of a change."""
        until = self._due[0][0] - time.monotonic() if self._due else _TICK
        for key, _ in self._selector.select(min(max(until, 0.0), _TICK)):
            if key.data == "":
                os.read(self._pipe[0], 4096)
            else:
                self._heard(key.data)

    def _heard(self, name: str) -> None:
        """A change is looked at once the migration falls silent; a broken connection at once."""
        memory = self._memories[name]
        try:
            if memory.session is not None and memory.session.hear():
                self._plan(name, _SETTLE, later=True)
        except Problem:
            self._deaf(name)
            if memory.session is not None:
                memory.session.close()
                memory.session = None
            self._plan(name, 0.0)

    def _finish(self) -> None:
        while self._done:
            name = self._done.pop(0)
            visit = self._busy.pop(name).result()
            memory = self._memories[name]
            self._said(self._targets[name], visit)
            if memory.session is not None and not self._visitor.config.listen:
                memory.session.close()
                memory.session = None
            if memory.session is not None:
                with contextlib.suppress(OSError):  # lost since the visit: the next one opens another
                    self._selector.register(memory.session, selectors.EVENT_READ, name)
            self._plan(name, self._pause(name, visit))
            self._heard(name)

    def _pause(self, name: str, visit: Visit) -> float:
        """Seconds until the next visit; longer from failure to failure, and not at one time for all targets."""
        interval = self._targets[name].interval
        if not visit.failures:
            return interval
        spread = 0.75 + (sum(name.encode()) % 100) / 200
        return min(2.0**visit.failures, _LONGEST_BACKOFF, max(interval, 1.0) * 8) * spread

    def _plan(self, name: str, pause: float, *, later: bool = False) -> None:
        at = time.monotonic() + pause
        if later and self._planned[name] < at - pause + _SETTLE:
            return
        self._planned[name] = at
        heapq.heappush(self._due, (at, name))

    def _deaf(self, name: str) -> None:
        session = self._memories[name].session
        if session is not None:
            with contextlib.suppress(KeyError, ValueError):
                self._selector.unregister(session)

    def _unstick(self) -> None:
        """Ends conversations with servers that neither answer nor go away."""
        longest = _STUCK * self._visitor.config.timeout
        for name in self._busy:
            session = self._memories[name].session
            if session and session.busy_since and time.monotonic() - session.busy_since > longest:
                session.abort()

    def _close(self, pool: ThreadPoolExecutor) -> None:
        pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + _LAST_WORDS
        for future in list(self._busy.values()):
            with contextlib.suppress(Exception):
                future.result(timeout=max(0.0, until - time.monotonic()))
        for memory in self._memories.values():
            if memory.session is not None:
                memory.session.close()
        self._selector.close()
        for end in self._pipe:
            os.close(end)


class Teller(threading.Thread):
    """Composes and delivers alerts, and forgets what is old, until it is stopped."""

    def __init__(self, engine: Engine, manners: Manners, channels: Mapping[str, Channel], keep: int, say: Say) -> None:
        super().__init__(name="pgconform-tell", daemon=True)
        self._say = say
        self._last = ""
        self._engine = engine
        self._manners = manners
        self._channels = channels
        self._keep = keep
        self._over = threading.Event()
        self._forgot = 0.0

    def run(self) -> None:
        while not self._over.wait(_TICK / 2):
            try:
                self._turn()
                self._last = ""
            except Exception as fault:
                said = masked(f"alerts could not be told: {fault}".split("\n", 1)[0])
                if said != self._last:
                    self._say("history", said)
                self._last = said

    def _turn(self) -> None:
        tell(self._engine, self._manners, self._channels, self._say)
        if time.monotonic() - self._forgot > _FORGET_EVERY:
            forget(self._engine, self._keep)
            self._forgot = time.monotonic()

    def stop(self) -> None:
        self._over.set()
        self.join(_LAST_WORDS)


def tell(engine: Engine, manners: Manners, channels: Mapping[str, Channel], say: Say) -> int:
    """Composes what may be told now and sends what is due; how many alerts arrived."""
    compose(engine, manners, now())
    return deliver(engine, channels, say)
