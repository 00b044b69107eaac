"""``pgconform sync``: bring everything back in line with the schema."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, truth_option, verbose_option


@click.command(name="sync", short_help="Bring generated files and code in line with the schema.")
@truth_option
@click.option("--live", is_flag=True, help="With the live database.")
@click.option("--dry-run", is_flag=True, help="Show what would be written, and write nothing.")
@click.option("--no-fix", is_flag=True, help="Leave the code alone; only regenerate.")
@click.option(
    "--cache",
    type=click.Choice(["report", "evict", "refresh"]),
    default=None,
    help="Also look at the Redis server: count what no longer conforms, drop it, or write it anew from its rows.",
)
@click.option("--force", is_flag=True, help="Also with changes in the working tree that are not committed.")
@config_option
@verbose_option
def command(config: Path | None, **said: object) -> int:
    """Regenerate models, contracts, documents and the snapshot, mend the code, and say what remains.

    Everything is written, or nothing. What changed and what remains is told in schema_migration_report.md and .json.
    """
    from pgconform.cli._project import project_of
    from pgconform.cli._syncing import Syncing, synced

    return synced(project_of(config), Syncing(**said))  # type: ignore[arg-type]
