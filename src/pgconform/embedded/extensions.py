"""Stand-ins for extensions that an installation lacks, written in SQL, and those that must not be loaded at all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    import psycopg

PLACE = Path(__file__).with_name("extension")
STAND_IN = "stand-in of pgconform"
REFUSED = frozenset({"dblink", "postgres_fdw", "file_fdw", "http", "pg_net", "pg_cron", "wrappers"})
HARMLESS = frozenset(
    {"amcheck", "autoinc", "bloom", "earthdistance", "insert_username", "intagg", "moddatetime", "pg_buffercache"}
    | {"pg_freespacemap", "pg_stat_statements", "pg_visibility", "pgrowlocks", "pgstattuple", "postgis", "refint"}
    | {"vector"}
)
GUARD = "SET LOCAL search_path = pg_catalog, pg_temp;\n"
_SCHEMA = deferred(r"-- schema: (\w+)\n")
_AVAILABLE = """
    SELECT e.name, e.comment, coalesce(v.trusted, false) FROM pg_available_extensions e
    LEFT JOIN pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version
"""
_CONTROL = f"comment = '{STAND_IN}'\ndefault_version = '1.0'\nsuperuser = true\ntrusted = true\nrelocatable = false\n"


@cache
def stand_ins() -> dict[str, Path]:
    """The script of each stand-in by its extension's name."""
    return {path.stem: path for path in sorted(PLACE.glob("*.sql"))}


@cache
def home(name: str) -> str:
    """The schema that a stand-in makes for itself, or "" when it goes where it is told."""
    path = stand_ins().get(name)
    found = _SCHEMA.match(path.read_text()) if path else None
    return found[1] if found else ""


def write_stand_ins(directory: Path, available: Iterable[str]) -> None:
    """Write control files and scripts as the server looks for them, for all that is not ``available`` or is refused."""
    directory.mkdir(parents=True)
    present = frozenset(available) - REFUSED
    for name, path in stand_ins().items():
        if name not in present:
            schema = f"schema = '{home(name)}'\n" if home(name) else ""
            (directory / f"{name}.control").write_text(_CONTROL + schema)
            (directory / f"{name}--1.0.sql").write_text(GUARD + path.read_text())


def inlined(name: str, schema: str) -> str:
    """A stand-in's script for a server that finds no extensions of ours: its objects go to ``schema``."""
    script = stand_ins()[name].read_text()
    own = home(name)
    first = f"CREATE SCHEMA IF NOT EXISTS {own};\n" if own else ""
    adopt = Path(__file__).with_name("sql") / "adopt.sql"
    return GUARD + first + script.replace("@extschema@", f'"{own or schema}"') + adopt.read_text()


def available(connection: psycopg.Connection[Any]) -> dict[str, tuple[bool, bool]]:
    """The extensions the server can install: whether each is a stand-in, and whether it is trusted."""
    return {name: (comment == STAND_IN, trusted) for name, comment, trusted in connection.execute(_AVAILABLE)}


def install(
    superuser: psycopg.Connection[Any], name: str, schema: str, offered: Mapping[str, tuple[bool, bool]]
) -> bool:
    """Install an extension, or its stand-in, with what it depends on; False when there is none that is safe.

    ``schema`` is where it goes unless it has one of its own; ``offered`` is what `available` said.
    """
    from psycopg import sql

    stand_in, trusted = offered.get(name, (False, False))
    if name in offered and (stand_in or (name not in REFUSED and (trusted or name in HARMLESS))):
        fixed = stand_in and bool(home(name))
        into = sql.SQL("") if fixed else sql.SQL(" SCHEMA {}").format(sql.Identifier(schema))
        superuser.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}{} CASCADE").format(sql.Identifier(name), into))
    elif name in stand_ins() and schema.isidentifier():
        superuser.execute(inlined(name, schema).encode())
    else:
        return False
    return True
