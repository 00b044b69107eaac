"""Running statements of nobody's trust on a database that is ours, each by itself and within limits."""

from __future__ import annotations

import contextlib
import os
import select
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.embedded.database import Database
from pgconform.embedded.extensions import available, install
from pgconform.embedded.server import ROOM
from pgconform.errors import Problem
from pgconform.shape import Location
from pgconform.sources.migrations.limits import LIMITS, Limits

if TYPE_CHECKING:
    import psycopg
    from psycopg.pq.abc import PGresult

TICK = 0.05
LOOK_EVERY = 0.25
BETWEEN = 10
"""Looks at how much was written are this many times as far apart as one takes: of many tables there are many files."""
PATIENCE = 3.0
TOO_LONG, DISK_FULL = "57014", "53100"
ENDLESS = "leave it out of the sources, or check against the database itself"


@dataclass(frozen=True)
class Failure:
    """What the server said to a statement that it refused."""

    code: str
    message: str


class Session:
    """A connection as the database's owner, and one as its superuser that is opened when it is needed."""

    def __init__(self, database: Database, owner: psycopg.Connection[Any], limits: Limits) -> None:
        self.database = database
        self.owner = owner
        self.limits = limits
        self.started = time.monotonic()
        self._size = self._data_size()
        self._due = self._next(self.started)
        self._superuser: psycopg.Connection[Any] | None = None

    @property
    def superuser(self) -> psycopg.Connection[Any]:
        import psycopg

        if self._superuser is None:
            trusting_nothing = "-c search_path=pg_catalog"
            self._superuser = psycopg.connect(self.database.superuser, autocommit=True, options=trusting_nothing)
        return self._superuser

    @cached_property
    def offered(self) -> Mapping[str, tuple[bool, bool]]:
        return available(self.superuser)

    def install(self, name: str, schema: str) -> bool:
        """Install an extension; False when there is none of that name that is safe."""
        return install(self.superuser, name, schema, self.offered)

    def run(self, sql: bytes, at: Location | None = None) -> Failure | None:
        """Run one statement as the owner; None when it went well. `Problem` when it breaks the limits of them all.

        Rows are dropped as they come: what a statement gives back is nobody's concern, and may be endless.
        """
        wire = self.owner.pgconn
        began, cancelled = time.monotonic(), 0.0
        failure: Failure | None = None
        wire.send_query(sql)
        wire.set_single_row_mode()
        while True:
            while not wire.is_busy():
                result = wire.get_result()
                if result is None:
                    stopped = cancelled and failure and failure.code == TOO_LONG
                    return Failure(TOO_LONG, self._stopped) if stopped else failure
                failure = self._failure(result, at) or failure
            cancelled = self._watched(began, cancelled, at)
            unsent = [wire.socket] if wire.flush() else []
            if select.select([wire.socket], unsent, [], TICK)[0]:
                wire.consume_input()

    @property
    def _stopped(self) -> str:
        return f"it was stopped after {self.limits.statement:g} seconds"

    def _failure(self, result: PGresult, at: Location | None) -> Failure | None:
        from psycopg.pq import DiagnosticField, ExecStatus

        if result.status == ExecStatus.FATAL_ERROR:
            code = (result.error_field(DiagnosticField.SQLSTATE) or b"").decode()
            if code == DISK_FULL:
                raise Problem(f"the disk is full, at {at}: {_message(result)}", ROOM)
            if not code or code.startswith(("57P", "08")):
                raise Problem(f"the embedded Postgres stopped at {at}: {_message(result)}", ENDLESS)
            return Failure(code, _message(result))
        if result.status in (ExecStatus.COPY_IN, ExecStatus.COPY_OUT, ExecStatus.COPY_BOTH):
            raise Problem(f"a migration copies data to or from this program, at {at}", ENDLESS)
        return None

    def _watched(self, began: float, cancelled: float, at: Location | None) -> float:
        """Cancel what runs too long; give up when even that does not end it. Returns when it was cancelled."""
        now = time.monotonic()
        self._look(now, at)
        if cancelled and now - cancelled > PATIENCE:
            raise Problem(f"a migration does not end, at {at}", ENDLESS)
        if not cancelled and now - began > self.limits.statement:
            with contextlib.suppress(Exception):
                self.owner.pgconn.get_cancel().cancel()
            return now
        return cancelled

    def _look(self, now: float, at: Location | None) -> None:
        if now - self.started > self.limits.total:
            raise Problem(f"the migrations take longer than {self.limits.total:g} seconds, at {at}", ENDLESS)
        if now < self._due:
            return
        if self._data_size() - self._size > self.limits.growth:
            raise Problem(f"the migrations fill more than {self.limits.growth >> 20} MiB, at {at}", ENDLESS)
        self._due = self._next(now)

    def _next(self, began: float) -> float:
        """When to look again, after a look that ``began`` then."""
        ended = time.monotonic()
        return ended + max(LOOK_EVERY, BETWEEN * (ended - began))

    def _data_size(self) -> int:
        return sum(_sizes(self.database.data)) if self.database.data else 0

    def close(self) -> None:
        if self._superuser is not None:
            self._superuser.close()


def _message(result: PGresult) -> str:
    from psycopg.pq import DiagnosticField

    said = result.error_field(DiagnosticField.MESSAGE_PRIMARY) or result.error_message
    return said.decode("utf-8", "replace").strip()


def _sizes(top: Path) -> Iterator[int]:
    for directory, _, files in os.walk(top):
        for name in files:
            with contextlib.suppress(OSError):
                yield os.stat(os.path.join(directory, name)).st_blocks * 512  # noqa: PTH116,PTH118  it is a hot loop


@contextlib.contextmanager
def session(database: Database, limits: Limits = LIMITS) -> Iterator[Session]:
    """A session on a fresh database, for the block."""
    import psycopg

    with psycopg.connect(database.owner, autocommit=True) as owner:
        opened = Session(database, owner, limits)
        try:
            yield opened
        finally:
            opened.close()
