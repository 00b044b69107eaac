"""Data directories made once and copied for every run: initdb's work, slimmed, with roles and a platform's schemas."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.embedded import extensions
from pgconform.embedded.extensions import PLACE, available, install, write_stand_ins
from pgconform.embedded.keeping import copied, copy_kept, forget, keep
from pgconform.embedded.locate import Binaries
from pgconform.embedded.process import run_once, running, server_url, shut_down
from pgconform.embedded.rundir import RunDirectory, run_directory
from pgconform.errors import Problem
from pgconform.support.caches import cache_home
from pgconform.support.digests import hexadecimal

if TYPE_CHECKING:
    import psycopg

SUPERUSER = "pgconform"
OWNER = "postgres"
NAME = "postgres"
"""The database that is filled."""
SQL = Path(__file__).with_name("sql")
STAND_INS = "stand-ins"
MOST = 12
SELF_GRANTING = 16
INITDB = ("--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C", "--wal-segsize=1", "--no-instructions")
SLIM = (
    "DROP DATABASE postgres",
    "ALTER DATABASE template0 IS_TEMPLATE false",
    "DROP DATABASE template0",
)
SUPABASE_EXTENSIONS = (
    ("pgcrypto", "extensions"),
    ("uuid-ossp", "extensions"),
    ("pg_stat_statements", "extensions"),
    ("pg_graphql", "graphql"),
    ("supabase_vault", "vault"),
)


@cache
def recipe(variant: str) -> str:
    """A digest of everything of ours that a template is made of."""
    made_of = sorted((*SQL.iterdir(), *PLACE.iterdir(), Path(__file__), Path(extensions.__file__)))
    parts = [path.name.encode() + b"\0" + path.read_bytes() for path in made_of]
    return hexadecimal(b"".join([variant.encode(), *parts]))[:16]


def copy_template(binaries: Binaries, variant: str, run: RunDirectory) -> None:
    """Fill ``run.data`` with a fresh cluster, making its template first where there is none."""
    kept = _kept(binaries, variant)
    if not copy_kept(kept, run.data, run.user):
        make_template(binaries, variant, kept, run)


def forget_template(binaries: Binaries, variant: str) -> None:
    """Let the next run make the template again."""
    forget(_kept(binaries, variant))


def _kept(binaries: Binaries, variant: str) -> Path:
    return cache_home() / "postgres" / f"{binaries.version}-{variant}-{binaries.key}-{recipe(variant)}"


def make_template(binaries: Binaries, variant: str, kept: Path, run: RunDirectory) -> None:
    """Make a cluster, copy it to ``run.data``, and keep it if it can be kept."""
    with run_directory() as maker:
        _initialise(binaries, variant, maker)
        copied(maker.data, run.data, run.user)
        keep(maker.data, kept, MOST)


def _initialise(binaries: Binaries, variant: str, maker: RunDirectory) -> None:
    maker.data.mkdir(mode=0o700)
    maker.give(maker.data)
    run_once(maker, [binaries.bin / "initdb", "-D", maker.data, "-U", SUPERUSER, *INITDB])
    shutil.copy(SQL / "postgresql.conf", maker.data / "postgresql.conf")
    maker.give(maker.data)
    system_tables = ("allow_system_table_mods=on",) if binaries.version < SELF_GRANTING else ()
    with running(binaries, maker, (*stand_in_settings(binaries, maker), *system_tables)) as server, _explained():
        _fill(binaries, variant, maker)
        shut_down(server)
    if (binaries.bin / "pg_resetwal").is_file():
        run_once(maker, [binaries.bin / "pg_resetwal", "-D", maker.data])
    (maker.data / "postmaster.opts").unlink(missing_ok=True)


@contextlib.contextmanager
def _explained() -> Iterator[None]:
    import psycopg

    try:
        yield
    except psycopg.Error as error:
        raise Problem(f"the embedded Postgres could not be set up: {error}", "free some space and try again") from error


def stand_in_settings(binaries: Binaries, run: RunDirectory) -> tuple[str, ...]:
    """The settings with which a server finds the stand-ins that its template holds, and starts no processes to read."""
    return (f"extension_control_path={run.data / STAND_INS}:$system", "io_method=sync") if binaries.finds_stubs else ()


def _fill(binaries: Binaries, variant: str, maker: RunDirectory) -> None:
    import psycopg

    since = "since" if binaries.version >= SELF_GRANTING else "before"
    with psycopg.connect(server_url(maker.socket, SUPERUSER, "template1"), autocommit=True) as connection:
        for statement in SLIM:
            connection.execute(statement)
        if binaries.finds_stubs:
            write_stand_ins(maker.data / STAND_INS / "extension", available(connection))
            maker.give(maker.data / STAND_INS)
        for name in ("roles", f"roles_{since}_16"):
            connection.execute(_script(name))
        if variant == "supabase":
            fill_supabase(connection, OWNER)
        connection.execute("CHECKPOINT")


def fill_supabase(superuser: psycopg.Connection[Any], owner: str) -> None:
    """Make, in an empty database of ``owner``'s, what every Supabase project starts with."""
    from psycopg.sql import SQL as text  # noqa: N811
    from psycopg.sql import Identifier

    name = Identifier(owner)
    superuser.execute(_script("supabase_roles").replace(b":owner", name.as_bytes(superuser)))
    superuser.execute(text("SET SESSION AUTHORIZATION {}").format(name))
    superuser.execute(_script("supabase"))
    superuser.execute("RESET SESSION AUTHORIZATION")
    offered = available(superuser)
    for extension, schema in SUPABASE_EXTENSIONS:
        install(superuser, extension, schema, offered)


def _script(name: str) -> bytes:
    return (SQL / f"{name}.sql").read_bytes()
