"""``pgconform guard``: does the database have what this program uses?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import Named, config_option, truth_option, verbose_option


@click.command(name="guard", short_help="Ask a database whether it has what this program uses.")
@click.argument("target", metavar="[URL]", default="")
@click.option("--write", is_flag=True, help="Write down what the program uses, instead of asking a database.")
@click.option("--check", "only_check", is_flag=True, help="Write nothing; leave with 1 when the file is out of date.")
@click.option(
    "--uses",
    type=Named(directories=False),
    metavar="FILE",
    default=None,
    help="The file of what the program uses, instead of pgconform.uses.json.",
)
@truth_option
@config_option
@verbose_option
def command(target: str, write: bool, only_check: bool, uses: Path | None, truth: str, config: Path | None) -> int:
    """Ask a database, in one round trip, whether it has what this program uses.

    Where the code is,  pgconform guard --write  writes down what it uses, to be committed; in the container that runs
    it,  pgconform guard && exec …  needs only that file. URL is postgresql://…, $NAME or supabase:, by default what
    --live means. Leaves with 0 when the program can run, with 1 when it cannot, with 2 when nothing could be asked.
    """
    from pgconform.cli._guarding import Guarding, asked, written
    from pgconform.cli._project import project_of

    project = project_of(config)
    said = Guarding(target, uses, truth, only_check)
    return written(project, said) if write or only_check else asked(project, said)
