"""A guard that stays awake: told of changes by the database, or looking for them, it asks again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pgconform.errors import Problem, masked
from pgconform.guard.policy import log, told
from pgconform.guard.verification import Verification, run
from pgconform.support.pooled import DEAF

if TYPE_CHECKING:
    import psycopg

    from pgconform.guard.guard import Guard

_SLICE = 0.5
_LONGEST = 60.0


class Watch:
    """One thread and one connection. It never raises into the program: what it finds is in ``guard.standing``, told to
    ``on_change`` (in that thread) and logged. ``interval``: seconds between looks where the database does not tell."""

    def __init__(
        self, guard: Guard, dsn: str, interval: float, on_change: Callable[[Verification], None] | None
    ) -> None:
        self.guard = guard
        self.told_by: tuple[str, ...] = ()
        self.verified = 0
        self._dsn = dsn
        self._interval = interval
        self._on_change = on_change
        self._ended = threading.Event()
        self._listening = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pgconform-guard", daemon=True)

    def __enter__(self) -> Watch:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> Watch:
        """Start; does nothing where the guard is off."""
        if not self.guard.off:
            self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread and its connection."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(2 * _SLICE + 5)

    def wait(self, timeout: float = 10.0) -> bool:
        """Until the watch hears the database; False if that takes longer."""
        return self._listening.wait(timeout)

    def _run(self) -> None:
        pause = 1.0
        while not self._ended.is_set():
            try:
                self._watch()
                pause = 1.0
            except Exception as error:
                log.warning("the schema is not watched: %s; trying again in %g s", masked(_first(error)), pause)
                self._listening.clear()
                self._ended.wait(pause)
                pause = min(2 * pause, _LONGEST)

    def _watch(self) -> None:
        from pgconform.sources.postgres.changes import channels, fingerprint, listen
        from pgconform.sources.postgres.connect import connected
        from pgconform.support.pooled import transactions_pooled

        with connected(self._dsn) as connection:
            self.told_by = channels(connection)
            if self.told_by and transactions_pooled(connection, lambda: connected(self._dsn)):
                self.told_by = ()
                log.warning("%s: the schema is looked at every %g s", DEAF, self._interval)
            listen(connection, self.told_by)
            known = fingerprint(connection)
            if self.verified or self.guard.standing.verified is None:
                self._verify(connection)
            self._listening.set()
            while not self._ended.is_set():
                if self._noticed(connection) and (now := fingerprint(connection)) != known:
                    known = now
                    self._verify(connection)

    def _noticed(self, connection: psycopg.Connection[Any]) -> bool:
        """Something was told, or an error gave reason to doubt, or it is time to look."""
        from pgconform.sources.postgres.changes import changes

        until = time.monotonic() + self._interval
        again = self.guard.standing.again
        while not self._ended.is_set() and time.monotonic() < until:
            if changes(connection, min(_SLICE, self._interval)):
                return True
            if again.is_set():
                again.clear()
                return True
        return not self._ended.is_set()

    def _verify(self, connection: psycopg.Connection[Any]) -> None:
        def ask(sql: str) -> str:
            row = connection.execute(sql.encode()).fetchone()
            return str(row[0]) if row else ""

        found = run(self.guard.steps(), ask)
        self.guard.noted(found)
        self.verified += 1
        for finding in found.findings:
            log.warning("the schema changed: %s", told(finding))
        if self._on_change is not None:
            try:
                self._on_change(found)
            except Exception:
                log.exception("the guard's on_change failed")


def _first(error: Exception) -> str:
    text = error.message if isinstance(error, Problem) else str(error)
    return text.strip().splitlines()[0] if text.strip() else type(error).__name__
