"""``pgconform report``: what happened, for people who were not there."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, output_option, verbose_option


@click.command(name="report", short_help="Report on a week, or on another span of time.")
@click.option("--since", default="7d", show_default=True, metavar="SPAN", help="7d, 24h, 2w or a date.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["markdown", "html", "json"]),
    default="markdown",
    show_default=True,
    help="How to write it.",
)
@output_option
@config_option
@verbose_option
def command(since: str, form: str, output: Path | None, config: Path | None) -> None:
    """Report on a span of time: schema changes, findings opened, closed and still open, outages, failed commands.

    The history is what  pgconform watch  wrote down.
    """
    from pgconform.monitor.needs import need_history

    need_history()
    from pgconform.cli._project import project_of
    from pgconform.cli._reporting import reported

    reported(project_of(config), since, form, output)
