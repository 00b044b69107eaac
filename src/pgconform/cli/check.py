"""``pgconform check``: where does the code differ from the truth?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli import _completing
from pgconform.cli._options import Named, config_option, existing, format_option, output_option, truth_option


@click.command(name="check", short_help="Say where code and documents differ from the schema.")
@click.argument("paths", nargs=-1, type=Named(), callback=existing)
@truth_option
@click.option("--live", is_flag=True, help="Hold the code to the live database, and the snapshot too.")
@click.option("--rows", is_flag=True, help="Of a live database look at the rows too; only counts of them are told.")
@click.option(
    "--select",
    metavar="RULES",
    multiple=True,
    shell_complete=_completing.rules,
    help="Only these rules: codes, COL for all COL…, or names.",
)
@click.option("--ignore", metavar="RULES", multiple=True, shell_complete=_completing.rules, help="Not these rules.")
@format_option("How to report: text, concise, github, gitlab, html, json, junit or sarif.", "PGCONFORM_FORMAT")
@output_option
@click.option("--fix", is_flag=True, help="Mend what can be mended without altering what the program means.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what a person should look at.")
@click.option("--diff", is_flag=True, help="Show what --fix would write, and write nothing.")
@click.option("--statistics", is_flag=True, help="Also count the findings of each rule.")
@click.option("--show-unjudged", is_flag=True, help="Also list what could not be judged, with the reason.")
@click.option("--exit-zero", is_flag=True, help="Leave with 0 even when something does not conform.")
@click.option("--no-cache", is_flag=True, help="Read and judge everything anew.")
@click.option("--import", "imports", is_flag=True, help="Also import the models, in a process of their own.")
@click.option("-v", "--verbose", is_flag=True, help="Also show notes and every table; details of a fault.")
@config_option
def command(paths: tuple[Path, ...], config: Path | None, **said: object) -> int:
    """Say where models, scripts and documents differ from the schema.

    Without PATHS the whole project is judged; with PATHS only what these files and directories claim, though all
    of the project is read to understand them. Leaves with 0 when all conforms, 1 when something does not, 2 when
    pgconform could not do its job.
    """
    from pgconform.cli._checking import Checking, checked

    return checked(paths, config, Checking(**said))  # type: ignore[arg-type]
