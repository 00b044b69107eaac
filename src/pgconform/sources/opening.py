"""Opening a truth by its reference: a database, migrations, SQL files, Supabase's API or a snapshot."""

from __future__ import annotations

from pathlib import Path

from pgconform.errors import Problem
from pgconform.schema import Schema

_KNOWN = (
    "a truth is one of  postgresql://…  supabase:  migrations:DIR  sql:FILE  snapshot:FILE"
    "  or a variable that holds one:  $DATABASE_URL"
)


def open_truth(ref: str, root: Path, *, anew: bool = False) -> Schema:
    """The schema a reference stands for; paths in it are relative to ``root``.

    ``postgresql://…`` reads a live database, ``supabase:`` Supabase's API by ``SUPABASE_URL`` and a secret key,
    ``migrations:DIR`` and ``sql:FILE`` apply SQL to an embedded server (several, in order, with commas between them),
    ``snapshot:FILE`` reads a committed snapshot. ``anew``: files are read though they seem untouched. Raises `Problem`
    when it cannot be read.
    """
    scheme, _, rest = ref.strip().partition(":")
    match scheme.lower().partition("+")[0]:
        case "postgresql" | "postgres" if rest.startswith("//"):
            from pgconform.sources.postgres import read as read_database

            return read_database(ref.strip())
        case "supabase":
            from pgconform.sources.supabase import read as read_supabase

            return read_supabase(root, rest)
        case "migrations" | "sql" if rest:
            from pgconform.sources.migrations import read as read_migrations

            sources = [root / part.strip() for part in rest.split(",") if part.strip()]
            return read_migrations(sources, root, anew=anew)
        case "snapshot" if rest:
            from pgconform.sources.snapshot import read as read_snapshot

            return read_snapshot(root / rest, rest)
    raise Problem(f'"{ref}" names no truth', _KNOWN)
