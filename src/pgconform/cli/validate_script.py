"""``pgconform validate-script``: do just these files fit the schema?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import Named, config_option, existing, format_option, output_option, truth_option


@click.command(name="validate-script", short_help="Judge just these files or directories.")
@click.argument("paths", nargs=-1, required=True, type=Named(), callback=existing)
@truth_option
@click.option("--live", is_flag=True, help="Hold the files to the live database.")
@format_option()
@output_option
@click.option("--show-unjudged", is_flag=True, help="Also list what could not be judged, with the reason.")
@click.option("-v", "--verbose", is_flag=True, help="Also show notes; details of a fault.")
@config_option
def command(paths: tuple[Path, ...], config: Path | None, **said: object) -> int:
    """Judge just these files or directories against the truth, as check does.

    The rest of the project is read as far as they import it. Leaves with 0 when all conforms, 1 when something does
    not, 2 when pgconform could not do its job.
    """
    from pgconform.cli._checking import Checking, checked

    unsaid = {
        "select": (),
        "ignore": (),
        "statistics": False,
        "exit_zero": False,
        "no_cache": False,
        "imports": False,
        "named": True,
    }
    return checked(paths, config, Checking(**said, **unsaid))  # type: ignore[arg-type]
