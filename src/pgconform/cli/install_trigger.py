"""``pgconform install-trigger``: the migration that makes a database tell of changes to its schema."""

from __future__ import annotations

import click

from pgconform.cli._options import output_option, schema_option, verbose_option


@click.command(name="install-trigger", short_help="Print a migration that tells of changes at once.")
@schema_option("The schema the trigger's function lives in.")
@output_option
@verbose_option
def command(schema: str, output: object) -> None:
    """Print a migration with event triggers that tell guards and monitors of every change to the schema.

    They notify the channel pgconform, write nothing and never fail a command. Without them, changes are noticed by
    polling; Supabase tells of changes by itself.
    """
    from pathlib import Path

    from pgconform.cli._screen import put
    from pgconform.sources.postgres.changes import trigger

    put(trigger(schema), Path(str(output)) if output else None)
