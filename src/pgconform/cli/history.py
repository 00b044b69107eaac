"""``pgconform history``: how did the schema become what it is?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, output_option, verbose_option


@click.command(name="history", short_help="Show watched databases, and how their schemas changed.")
@click.argument("target", required=False, default="", metavar="[TARGET]")
@click.option(
    "--limit", type=click.IntRange(1), metavar="N", default=20, show_default=True, help="So many changes at most."
)
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to show it."
)
@click.option("--forget", is_flag=True, help="Take away everything that is remembered of the target.")
@output_option
@config_option
@verbose_option
def command(target: str, limit: int, form: str, forget: bool, output: Path | None, config: Path | None) -> None:
    """Show the targets as they stand and how their schemas changed, the newest change first.

    The history is what  pgconform watch  wrote down.
    """
    from pgconform.monitor.needs import need_history

    need_history()
    from pgconform.cli._looking_back import Looking, forgotten, told
    from pgconform.cli._project import project_of

    if forget:
        forgotten(project_of(config), target)
        return
    told(project_of(config), Looking(target, limit, form, output))
