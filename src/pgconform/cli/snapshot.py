"""``pgconform snapshot``: keep the truth in a file that is committed."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import Named, config_option, truth_option, verbose_option


@click.command(name="snapshot", short_help="Write the schema into a file that is committed.")
@truth_option
@click.option("--live", is_flag=True, help="Take it of the live database.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; leave with 1 when the file is out of date.")
@click.option(
    "--output",
    type=Named(directories=False),
    metavar="FILE",
    default=None,
    help="The file, instead of the settings' (pgconform.lock.json).",
)
@config_option
@verbose_option
def command(truth: str, live: bool, only_check: bool, output: Path | None, config: Path | None) -> int:
    """Write the truth into pgconform.lock.json, to be committed; check then needs no database and no server.

    The truth is --truth, else the settings', else the migrations that are found.
    """
    from pgconform.cli._project import project_of
    from pgconform.cli._taking import Taking, taken

    return taken(project_of(config), Taking(truth, live, only_check, output))
