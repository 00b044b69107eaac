"""``pgconform diff``: how does one truth differ from another?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, output_option, verbose_option


@click.command(name="diff", short_help="Say how one truth differs from another.")
@click.argument("first", metavar="FROM")
@click.argument("second", metavar="TO")
@click.option("--exit-code", is_flag=True, help="Leave with 1 when the two differ.")
@click.option("--schema", "schemas", metavar="NAME", multiple=True, help="Only this schema; may be repeated.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to report."
)
@output_option
@config_option
@verbose_option
def command(first: str, second: str, exit_code: bool, config: Path | None, **said: object) -> int:
    """Say how the truth TO differs from the truth FROM.

    Each is a reference: migrations:DIR, sql:FILE, snapshot:FILE, supabase:, postgresql://… or $NAME. Compared are the
    schemas of the settings, else those the API exposes.
    """
    from pgconform.cli._comparing import Comparing, compared

    differ = compared((first, second), config, Comparing(**said))  # type: ignore[arg-type]
    return int(differ and exit_code)
