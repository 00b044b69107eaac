"""Reading the truth from a live Postgres, 14 to 18, with an ordinary role and without writing anything."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pgconform.errors import Problem, masked
from pgconform.schema import Schema
from pgconform.sources.postgres.build import build
from pgconform.sources.postgres.catalogue import fetch, fetch_allowed
from pgconform.sources.postgres.connect import connected
from pgconform.support.pause import collector_paused

if TYPE_CHECKING:
    import psycopg

TIMEOUT = 60.0
_OLDEST = 140000
_POOLED = "name the database itself, or a pooler in session or transaction mode"
_LOCKED = "is a migration running? Try again when it is done"


def read(source: psycopg.Connection[Any] | str, timeout: float = TIMEOUT, origin: str = "") -> Schema:
    """Everything the catalogue says, of all schemas but the system's own.

    ``source`` is a connection string or an idle connection, which is left as it was. The read is one read-only
    transaction; a query that takes longer than ``timeout`` seconds, or a refusal, is a `Problem`. What the role may
    not see is in ``unread``.
    """
    if isinstance(source, str):
        with connected(source) as connection:
            return read(connection, timeout, origin or masked(source))
    return _read(source, timeout, origin)


def _read(connection: psycopg.Connection[Any], timeout: float, origin: str) -> Schema:
    from psycopg.errors import InsufficientPrivilege

    known_version(connection.info.server_version)
    with _explained(connection, timeout), collector_paused():
        catalogue = None
        with contextlib.suppress(InsufficientPrivilege):
            catalogue = fetch(connection, timeout)
        if catalogue is None:
            connection.rollback()
            catalogue = fetch_allowed(connection, timeout)
        return build(catalogue, origin)


def known_version(version: int) -> None:
    """Raises `Problem` for a server that is too old."""
    if version < _OLDEST:
        raise Problem(
            f"the server is Postgres {version // 10000}, which pgconform cannot read",
            "Postgres 14 or later is needed",
        )


@contextmanager
def _explained(connection: psycopg.Connection[Any], timeout: float) -> Iterator[None]:
    """Leaves the connection as it was, and says of a failure what it means."""
    import psycopg

    automatic = connection.autocommit
    connection.set_autocommit(True)
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise Problem(f"reading the catalogue took longer than {timeout:g} s", "is the server overloaded?") from error
    except psycopg.errors.LockNotAvailable as error:
        raise Problem("a view's table is locked, so that the catalogue cannot be read", _LOCKED) from error
    except psycopg.Error as error:
        said = f"the catalogue could not be read: {_first(error)}".splitlines()[0]
        raise Problem(said, _POOLED if "pooling mode" in said else "") from error
    finally:
        with contextlib.suppress(psycopg.Error):
            connection.rollback()
            connection.set_autocommit(automatic)


def _first(error: BaseException) -> BaseException:
    """What was wrong to begin with: the end of a pipeline may fail because of it, and say less."""
    while isinstance(error.__context__, Exception):
        error = error.__context__
    return error
