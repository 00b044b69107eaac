"""``pgconform serve``: the history in a browser."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, verbose_option


@click.command(name="serve", short_help="Show the history in a browser.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option(
    "--port", metavar="PORT", type=click.IntRange(0, 65535), default=8642, show_default=True, help="The port; 0: any."
)
@click.option(
    "--behind-proxy", is_flag=True, help="A proxy in front decides who may look; no token is asked for without one."
)
@config_option
@verbose_option
def command(host: str, port: int, behind_proxy: bool, config: Path | None) -> int:
    """Show the history in a browser: targets, findings, the conformance matrix, the timeline, diagrams. It only reads.

    Without a token it answers this machine alone. PGCONFORM_DASHBOARD_TOKEN is asked of everybody.
    """
    from pgconform.monitor.needs import need_pages

    need_pages()
    from pgconform.cli._project import project_of
    from pgconform.cli._serving import served

    return served(project_of(config), host, port, proxied=behind_proxy)
