"""``pgconform generate``: write the models and documents that nobody should have to write."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli import _completing
from pgconform.cli._options import Named, config_option, truth_option, verbose_option


@click.command(name="generate", short_help="Write models, contracts or documents of the schema.")
@click.argument("target", default="pydantic", shell_complete=_completing.targets)
@truth_option
@click.option("--live", is_flag=True, help="From the live database.")
@click.option(
    "--output",
    type=Named(),
    metavar="PATH",
    default=None,
    help="The file or directory, instead of the one in the settings (models.py).",
)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; leave with 1 when a file is out of date.")
@click.option("--diff", "show_diff", is_flag=True, help="As --check, and show what would change.")
@click.option("--force", is_flag=True, help="Write over a file that somebody edited or wrote by hand.")
@config_option
@verbose_option
def command(config: Path | None, **said: object) -> int:
    """Write what follows from the schema: TARGET is pydantic (the default), cache, docs or site.

    pydantic: models of every table and view, its rows, its inserts, its updates. cache: a JSON Schema of each contract
    of the cache. docs: a data dictionary, the schema in short for agents, and the managed blocks of documents. site:
    the dictionary as a static site. The same truth gives the same bytes. A file that somebody edited, or that pgconform
    did not write, is left alone.
    """
    from pgconform.cli._generating import Generating, generated
    from pgconform.cli._project import project_of

    return generated(project_of(config), Generating(**said))  # type: ignore[arg-type]
