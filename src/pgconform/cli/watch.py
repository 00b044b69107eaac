"""``pgconform watch``: tell someone the minute the schema drifts."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, verbose_option


@click.command(name="watch", short_help="Watch databases, and tell when a change breaks the code.")
@click.argument("targets", nargs=-1, metavar="[TARGET]…")
@click.option("--once", is_flag=True, help="Look once and leave, for cron.")
@click.option(
    "--interval", type=click.FloatRange(1), default=None, metavar="SECONDS", help="Instead of the settings' interval."
)
@click.option("--metrics", default="", metavar="[HOST:]PORT", help="Serve /metrics and /healthz on this port.")
@config_option
@verbose_option
def command(targets: tuple[str, ...], once: bool, interval: float | None, metrics: str, config: Path | None) -> int:
    """Watch databases: keep their history, judge the project's claims after every change, alert once.

    The targets are those of [tool.pgconform.monitor.targets], else the settings' live database. With --once it leaves
    with 0 when all is well, with 1 when findings are open, with 2 when a target could not be read or judged.
    """
    from pgconform.monitor.needs import need_history

    need_history()
    from pgconform.cli._project import project_of
    from pgconform.cli._watching import Watching, watched

    return watched(project_of(config), Watching(targets, once, interval, metrics))
