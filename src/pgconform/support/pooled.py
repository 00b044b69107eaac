"""Poolers between a program and its server: whether there is one, and whether a session is more than a transaction."""

from __future__ import annotations

import contextlib
import select
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[Any]

DEAF: Final = "a pooler in transaction mode passes on nothing that the database tells"
_ASKED: Final = b"select pg_catalog.pg_backend_pid()"
_TURNS: Final = 4
_PATIENCE: Final = 1.0


def pooled(connection: Connection) -> bool:
    """Somebody stands in between: the process that answers is not the one that said hello. In autocommit."""
    return _process(connection) != connection.info.backend_pid


def transactions_pooled(connection: Connection, another: Callable[[], AbstractContextManager[Connection]]) -> bool:
    """Each transaction goes to whichever process is free, so that nothing is heard and no setting stays.

    That is proven by two connections that are answered by one process, or by one that is answered by two. ``another``
    opens the second one, only where there is a pooler; both are in autocommit.
    """
    if not pooled(connection):
        return False
    first = _process(connection)
    with contextlib.suppress(Exception), another() as other:
        for _ in range(_TURNS):
            theirs, ours = _soon(other), _process(connection)
            if theirs is None:
                return False
            if theirs == first or ours != first:
                return True
    return False


def _process(connection: Connection) -> int:
    row = connection.execute(_ASKED, prepare=False).fetchone()
    return int(row[0]) if row else 0


def _soon(connection: Connection) -> int | None:
    """The same without waiting: who pools sessions may have no process left for a second one."""
    line = connection.pgconn
    line.send_query(_ASKED)
    while line.flush():
        select.select([], [line.socket], [], _PATIENCE)
    found = None
    while True:
        while line.is_busy():
            if not select.select([line.socket], [], [], _PATIENCE)[0]:
                return None
            line.consume_input()
        result = line.get_result()
        if result is None:
            return found
        said = result.get_value(0, 0) if result.ntuples else None
        found = int(said) if said else None
