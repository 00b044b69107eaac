"""``pgconform install-rpc``: the migration that lets the whole schema be read over Supabase's API."""

from __future__ import annotations

import click

from pgconform.cli._options import output_option, schema_option, verbose_option


@click.command(name="install-rpc", short_help="Print a migration that lets the API tell the schema.")
@schema_option("The schema, one that the API exposes.")
@output_option
@verbose_option
def command(schema: str, output: object) -> None:
    """Print a migration with the functions that the schema is read, and guards ask, through over the API.

    Each runs one fixed query of the catalogue, writes nothing, and only service_role may call it:
    pgconform install-rpc > supabase/migrations/$(date +%Y%m%d%H%M%S)_pgconform.sql
    """
    from pathlib import Path

    from pgconform.cli._screen import put
    from pgconform.guard.installing import function
    from pgconform.sources.supabase.install import migration

    put(migration(schema) + function(schema), Path(str(output)) if output else None)
