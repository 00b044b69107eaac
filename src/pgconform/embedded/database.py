"""One fresh database to fill: on a server of our own, or on the one that PGCONFORM_SHADOW_URL names."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.embedded.server import ROOM, Keeping, Server, shadow
from pgconform.embedded.template import NAME, OWNER, SELF_GRANTING, fill_supabase
from pgconform.embedded.wire import Wire
from pgconform.errors import Problem

if TYPE_CHECKING:
    import psycopg

HELP = "give PGCONFORM_SHADOW_URL a superuser of a server that nothing else depends on, or unset it"


@dataclass(frozen=True)
class Database:
    """Two ways into one database: as ``owner``, who is no superuser, and as ``superuser`` for what only that one may.

    ``data`` and ``socket`` are the directories of a server of our own. ``filled``: a connection to it as owner, where
    an earlier run has filled it.
    """

    owner: str
    superuser: str
    version: int
    data: Path | None = None
    socket: Path | None = None
    filled: Wire | None = None

    @contextlib.contextmanager
    def wire(self) -> Iterator[Wire]:
        """A connection as owner, where ``socket`` is known."""
        if self.filled:
            yield self.filled
        else:
            assert self.socket
            with Wire(self.socket, OWNER, NAME) as wire:
                yield wire


@contextlib.contextmanager
def fresh_database(supabase: bool, keeping: Keeping | None = None) -> Iterator[Database]:
    """An empty database, or one that holds what Supabase projects start with; gone with the block.

    ``keeping``: on a server of our own, what the block fills it with is kept, and may be there already the next time.
    """
    if url := os.environ.get("PGCONFORM_SHADOW_URL"):
        with _named(url, supabase) as database:
            yield database
        return
    with shadow("supabase" if supabase else "plain", keeping=keeping) as server:
        superuser = server.dsn(NAME) if server.filled else _created(server)
        owner = server.dsn(NAME, server.owner)
        yield Database(owner, superuser, server.version, server.data, server.socket, server.filled)


def _created(server: Server) -> str:
    import psycopg

    try:
        return server.create_database(NAME)
    except psycopg.Error as error:
        said = str(error).partition("\n")[0]
        raise Problem(f"the embedded Postgres could not make a database: {said}", ROOM) from error


@contextlib.contextmanager
def _named(url: str, supabase: bool) -> Iterator[Database]:
    import psycopg

    name = f"pgconform_{os.urandom(6).hex()}"
    try:
        with psycopg.connect(url, autocommit=True, connect_timeout=10) as admin, _owner(admin, url, name) as owner:
            version = admin.info.server_version // 10000
            _make(admin, name, owner)
            try:
                yield _filled(admin, Database(_into(owner, name), _into(url, name), version), supabase, owner)
            finally:
                _drop(admin, name)
    except psycopg.OperationalError as error:
        said = str(error).partition("\n")[0]
        raise Problem(f"the server of PGCONFORM_SHADOW_URL does not answer: {said}", HELP) from error


def _into(url: str, database: str) -> str:
    from psycopg.conninfo import make_conninfo

    return make_conninfo(url, dbname=database)


@contextlib.contextmanager
def _owner(admin: psycopg.Connection[Any], url: str, name: str) -> Iterator[str]:
    """The connection string of a role that is no superuser: the given one's, or a new one's for this block."""
    import secrets

    from psycopg import sql
    from psycopg.conninfo import make_conninfo

    if admin.info.parameter_status("is_superuser") != "on":
        yield url
        return
    password, role = secrets.token_urlsafe(24), sql.Identifier(name)
    rights = "CREATEROLE CREATEDB BYPASSRLS" if admin.info.server_version // 10000 >= SELF_GRANTING else "CREATEDB"
    admin.execute(sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}").format(role, sql.SQL(rights), sql.Literal(password)))
    try:
        yield make_conninfo(url, user=name, password=password)
    finally:
        with contextlib.suppress(Exception):
            admin.execute(sql.SQL("DROP OWNED BY {}").format(role))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))


def _make(admin: psycopg.Connection[Any], name: str, owner: str) -> None:
    import psycopg
    from psycopg import sql
    from psycopg.conninfo import conninfo_to_dict

    user = str(conninfo_to_dict(owner).get("user") or admin.info.user)
    pristine = admin.execute("SELECT FROM pg_database WHERE datname = 'template0'").fetchone() is not None
    like = " TEMPLATE template0 ENCODING 'UTF8'" if pristine else ""
    statement = sql.SQL("CREATE DATABASE {}" + like + " OWNER {}")
    try:
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(user)))
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem("the role of PGCONFORM_SHADOW_URL may not create a database", HELP) from error


def _filled(admin: psycopg.Connection[Any], database: Database, supabase: bool, owner: str) -> Database:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    if not supabase:
        return database
    user = str(conninfo_to_dict(owner).get("user") or admin.info.user)
    try:
        with psycopg.connect(database.superuser, autocommit=True) as connection:
            fill_supabase(connection, user)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem("the role of PGCONFORM_SHADOW_URL may not make what Supabase projects need", HELP) from error
    return database


def _drop(admin: psycopg.Connection[Any], name: str) -> None:
    from psycopg import sql

    with contextlib.suppress(Exception):
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
