"""One connection to one target: read-only transactions with limits, and an ear for what the database tells of DDL."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pgconform.errors import Problem, masked
from pgconform.monitor import ledger
from pgconform.monitor.values import Observation, now
from pgconform.project.owned import owned
from pgconform.schema import Schema
from pgconform.sources.postgres.catalogue import begin
from pgconform.sources.postgres.changes import Change, fingerprint, listen, told
from pgconform.sources.postgres.connect import connected
from pgconform.sources.postgres.read import known_version, read
from pgconform.support.pooled import transactions_pooled

if TYPE_CHECKING:
    import psycopg

APPLICATION = "pgconform watch"


class Session:
    """A connection that stays open between looks, so that it hears of changes; one thread uses it at a time.

    ``deaf``: it was to hear, and a pooler in between gives each transaction to another process, so that it cannot.
    """

    def __init__(self, url: str, timeout: float, *, hears: bool) -> None:
        self._stack = contextlib.ExitStack()
        self._timeout = timeout
        self._news: list[Change] = []
        self.busy_since: float | None = time.monotonic()
        self.connection: psycopg.Connection[Any] = self._stack.enter_context(connected(url, APPLICATION))
        try:
            known_version(self.connection.info.server_version)
            self._line = self.connection.fileno()
            self.connection.add_notify_handler(self._noted)
            self.deaf = hears and self._only_transactions(url)
            if hears and not self.deaf:
                self._listen()
        except BaseException:
            self.close()
            raise
        self.busy_since = None

    def _only_transactions(self, url: str) -> bool:
        with _explained(self._timeout):
            return transactions_pooled(self.connection, lambda: connected(url, APPLICATION))

    def _listen(self) -> None:
        """Hears of changes, unless the server refuses: a replica does, and then there is only looking."""
        import psycopg

        with _explained(self._timeout), contextlib.suppress(psycopg.errors.InternalError, psycopg.NotSupportedError):
            listen(self.connection)

    def _noted(self, note: psycopg.Notify) -> None:
        if change := told(note.channel, note.payload):
            self._news.append(change)

    def fileno(self) -> int:
        """The number of the connection's socket, also when the server has closed it: a selector lets go by number."""
        return self._line

    def hear(self) -> bool:
        """Takes in what has arrived; whether there is news. Raises `Problem` when the connection is gone."""
        import psycopg

        try:
            self.connection.pgconn.consume_input()
        except psycopg.OperationalError as error:
            raise Problem(
                f"the connection was closed by the server ({_first_line(error)})", "it is opened again"
            ) from error
        while note := self.connection.pgconn.notifies():
            if change := told(note.relname.decode(errors="replace"), note.extra.decode(errors="replace")):
                self._news.append(change)
        return bool(self._news)

    def forget(self) -> None:
        """Lets go of news that turned out to be none."""
        self._news.clear()

    def signal(self) -> str:
        """The cheap digest that is the same while the schema is."""
        with self._reading() as connection:
            return fingerprint(connection)

    def look(self, origin: str, signal: str, schemas: tuple[str, ...]) -> Observation:
        """The whole truth, and what was told of how it came about."""
        self.busy_since = time.monotonic()
        try:
            truth = read(self.connection, self._timeout, origin)
            with self._reading() as connection:
                migration = ledger.newest(connection)
        finally:
            self.busy_since = None
        news, self._news = tuple(self._news), []
        return Observation(truth, own(truth, schemas), now(), signal, news, migration, schemas)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[psycopg.Connection[Any]]:
        self.busy_since = time.monotonic()
        try:
            with _explained(self._timeout):
                try:
                    begin(self.connection, self._timeout)
                    yield self.connection
                finally:
                    if not self.connection.closed:
                        self.connection.rollback()
        finally:
            self.busy_since = None

    def abort(self) -> None:
        """Ends whatever waits for the server, from another thread."""
        import psycopg

        gone = contextlib.suppress(OSError, psycopg.Error)
        with gone, socket.socket(fileno=os.dup(self.connection.fileno())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._stack.close()


def own(truth: Schema, schemas: tuple[str, ...]) -> str:
    """The fingerprint of what is the team's own."""
    return owned(truth, schemas).fingerprint()


@contextlib.contextmanager
def _explained(timeout: float) -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise Problem(f"the server took longer than {timeout:g} s", "is it overloaded?") from error
    except psycopg.errors.LockNotAvailable as error:
        raise Problem("the catalogue is locked", "is a migration running?") from error
    except psycopg.Error as error:
        raise Problem(f"the connection failed: {_first_line(error)}", "it is opened again") from error


def _first_line(error: Exception) -> str:
    text = masked(str(error)).strip()
    return text.splitlines()[0] if text else type(error).__name__
