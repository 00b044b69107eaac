"""A private Postgres for as long as a block lasts."""

from __future__ import annotations

import contextlib
import errno
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pgconform.embedded.keeping import copy_kept, forget, is_kept, keep, size
from pgconform.embedded.locate import Binaries, locate
from pgconform.embedded.process import running, server_url, shut_down
from pgconform.embedded.reach import within_reach
from pgconform.embedded.rundir import RunDirectory, remove, run_directory
from pgconform.embedded.template import NAME, OWNER, SUPERUSER, copy_template, forget_template, stand_in_settings
from pgconform.embedded.wire import Wire
from pgconform.errors import Problem
from pgconform.support.caches import cache_home

MOST = 4
"""Filled clusters that are kept; of several projects, or before and after an edit of migrations."""
LARGEST = 256 << 20
"""Bytes of one."""
ROOM = "free some space, or name a roomier directory in TMPDIR"
PLACE = "name a directory in TMPDIR that this user may write to"


class Keeping(NamedTuple):
    """Under what ``digest`` that which a block makes on a server is kept, if it takes ``least`` seconds or more.

    ``anew``: it is made again even where it is kept.
    """

    digest: str
    least: float = 0.0
    anew: bool = False


@dataclass(frozen=True)
class Server:
    """A running server, reached over a Unix socket in a private directory.

    ``superuser`` administers it; ``owner``, the role migrations run as, is none. ``filled``: it holds what an earlier
    run made there, to which this is a connection as the owner.
    """

    socket: Path
    data: Path
    version: int
    filled: Wire | None = None
    superuser: str = SUPERUSER
    owner: str = OWNER

    def dsn(self, database: str = "template1", user: str = "") -> str:
        """The URL of a database here, as the superuser unless ``user`` says another."""
        return server_url(self.socket, user or self.superuser, database)

    def create_database(self, name: str) -> str:
        """Make a fresh database owned by ``owner``; returns its URL for the superuser."""
        import psycopg
        from psycopg import sql

        strategy = sql.SQL(" STRATEGY FILE_COPY" if self.version >= 15 else "")
        statement = sql.SQL("CREATE DATABASE {} OWNER {}{}").format(
            sql.Identifier(name), sql.Identifier(self.owner), strategy
        )
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(statement)
        return self.dsn(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending whatever is connected to it."""
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@contextlib.contextmanager
def shadow(
    variant: str = "plain", binaries: Binaries | None = None, keeping: Keeping | None = None
) -> Iterator[Server]:
    """A fresh server of our own: no TCP, an unprivileged user, gone with the block and with this process.

    ``variant`` is "plain" or "supabase" (its roles and schemas stand in every database made here). The template is made
    once and cached. ``keeping``: what the block makes there is kept, and is there already the next time. `Problem` when
    there is no Postgres, or it does not start.
    """
    found = binaries or locate()
    with contextlib.ExitStack() as stack:
        try:
            run = stack.enter_context(run_directory())
            programs = stack.enter_context(within_reach(found, run))
            filled = stack.enter_context(_started(programs, variant, run, keeping))
        except OSError as error:
            raise _unplaced(error) from error
        yield Server(run.socket, run.data, found.version, filled)


def _unplaced(error: OSError) -> Problem:
    """What to tell of a server that could not be put anywhere."""
    reason = _reason(error)
    said = f"{reason[:1].lower()}{reason[1:]}"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return Problem(f"there is no place for a temporary Postgres: {said}", PLACE)
    return Problem(f"there is no room for a temporary Postgres: {said}", ROOM)


def _reason(error: OSError) -> str:
    """The system's words; of a directory's copy, which fails file by file, the first file's."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        return str(error.args[0][0][-1])
    return error.strerror or str(error)


@contextlib.contextmanager
def _started(binaries: Binaries, variant: str, run: RunDirectory, keeping: Keeping | None) -> Iterator[Wire | None]:
    """A server on a copy of what is kept, else of the template; one that does not start gets a second chance.

    Gives a connection to what was kept, where it holds that.
    """
    settings, began = stand_in_settings(binaries, run), time.monotonic()
    kept = _place(binaries, variant, keeping) if keeping else None
    with contextlib.ExitStack() as stack:
        filled = bool(keeping and kept and not keeping.anew and copy_kept(kept, run.data, run.user))
        if not filled:
            copy_template(binaries, variant, run)
        try:
            process = stack.enter_context(running(binaries, run, settings, driver=not filled))
            wire = stack.enter_context(_looked_into(run)) if filled else None
        except Problem:
            stack.close()
            forget(kept) if filled and kept else forget_template(binaries, variant)
            remove(run.data)
            copy_template(binaries, variant, run)
            wire, process = None, stack.enter_context(running(binaries, run, settings))
        yield wire
        if keeping and kept and not is_kept(kept) and time.monotonic() - began >= keeping.least:
            with contextlib.suppress(Problem, OSError):
                _slim(run)
                shut_down(process)
                if size(run.data) <= LARGEST:
                    keep(run.data, kept, MOST)


def _looked_into(run: RunDirectory) -> Wire:
    """A connection to the database that was kept; `Problem` where that is none any more."""
    wire = Wire(run.socket, OWNER, NAME)
    try:
        wire.rows("SELECT count(*) FROM pg_catalog.pg_attribute")
    except Problem:
        wire.close()
        raise
    return wire


def _slim(run: RunDirectory) -> None:
    """Leave what nobody asks of a filled cluster out of all its copies: the database that others are made after."""
    import psycopg

    with (
        contextlib.suppress(psycopg.Error),
        psycopg.connect(server_url(run.socket, SUPERUSER, NAME), autocommit=True) as connection,
    ):
        connection.execute("ALTER DATABASE template1 IS_TEMPLATE false")
        connection.execute("DROP DATABASE template1")


def _place(binaries: Binaries, variant: str, keeping: Keeping) -> Path:
    return cache_home() / "filled" / f"{binaries.version}-{variant}-{binaries.key}-{keeping.digest}"
