"""``pgconform init``: look what is here, and write the settings that say so."""

from __future__ import annotations

import click

from pgconform.cli._options import verbose_option


@click.command(name="init", short_help="Find the schema's sources, and write the settings.")
@click.option("--dry-run", is_flag=True, help="Say what would be written, and write nothing.")
@verbose_option
def command(dry_run: bool) -> None:
    """Find the schema's sources here, and write [tool.pgconform] into pyproject.toml or a pgconform.toml.

    It is not needed: check finds the same by itself. Written down, it can be changed, and is found faster.
    """
    from pathlib import Path

    from pgconform.cli._starting import started

    started(Path.cwd(), dry_run=dry_run)
