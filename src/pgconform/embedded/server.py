"""A private Postgres for as long as a block lasts."""

from __future__ import annotations

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pgconform.embedded.locate import Binaries, locate
from pgconform.embedded.process import running, server_url
from pgconform.embedded.reach import within_reach
from pgconform.embedded.rundir import RunDirectory, remove, run_directory
from pgconform.embedded.template import OWNER, SUPERUSER, copy_template, forget_template, stand_in_settings
from pgconform.errors import Problem

ROOM = "free some space, or name a roomier directory in TMPDIR"
PLACE = "name a directory in TMPDIR that this user may write to"


@dataclass(frozen=True)
class Server:
    """A running server, reached over a Unix socket in a private directory.

    ``superuser`` administers it; ``owner``, the role migrations run as, is none.
    """

    socket: Path
    data: Path
    version: int
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
def shadow(variant: str = "plain", binaries: Binaries | None = None) -> Iterator[Server]:
    """A fresh server of our own: no TCP, an unprivileged user, gone with the block and with this process.

    ``variant`` is "plain" or "supabase" (its roles and schemas stand in every database made here). The template is made
    once and cached. `Problem` when there is no Postgres, or it does not start.
    """
    found = binaries or locate()
    with contextlib.ExitStack() as stack:
        try:
            run = stack.enter_context(run_directory())
            programs = stack.enter_context(within_reach(found, run))
            stack.enter_context(_started(programs, variant, run))
        except OSError as error:
            raise _unplaced(error) from error
        yield Server(run.socket, run.data, found.version)


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
def _started(binaries: Binaries, variant: str, run: RunDirectory) -> Iterator[None]:
    """A server on a copy of the template; one that does not start gets a second chance with a new template."""
    settings = stand_in_settings(binaries, run)
    with contextlib.ExitStack() as stack:
        copy_template(binaries, variant, run)
        try:
            stack.enter_context(running(binaries, run, settings))
        except Problem:
            forget_template(binaries, variant)
            remove(run.data)
            copy_template(binaries, variant, run)
            stack.enter_context(running(binaries, run, settings))
        yield
