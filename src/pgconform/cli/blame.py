"""``pgconform blame``: when did this become what it is, and who made it so?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, output_option, verbose_option


@click.command(name="blame", short_help="Say when a table or column changed, and by whom.")
@click.argument("name", metavar="TABLE[.COLUMN]")
@click.option("--target", default="", metavar="NAME", help="Only as this target has it.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@output_option
@config_option
@verbose_option
def command(name: str, target: str, form: str, output: Path | None, config: Path | None) -> None:
    """Say when a table, a column or another part of the schema changed, in which snapshot and migration, and by whom.

    The history is what  pgconform watch  wrote down; who and with which command is known where the database tells.
    """
    from pgconform.monitor.needs import need_history

    need_history()
    from pgconform.cli._looking_back import Looking, blamed
    from pgconform.cli._project import project_of

    blamed(project_of(config), name, Looking(target, 0, form, output))
