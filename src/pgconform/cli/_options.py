"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from pgconform.support.version import version

        click.echo(f"pgconform {version()}")
        ctx.exit()


version_option: Decorator = click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="Say the version and exit."
)
verbose_option: Decorator = click.option(
    "-v", "--verbose", is_flag=True, expose_value=False, help="Show the details of a fault in pgconform itself."
)
truth_option: Decorator = click.option(
    "--truth",
    metavar="REF",
    default="",
    help="The truth: migrations:DIR, sql:FILE, snapshot:FILE, supabase:, postgresql://… or $NAME.",
)
config_option: Decorator = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="The settings file, instead of the nearest pyproject.toml or pgconform.toml.",
)
output_option: Decorator = click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=None,
    help="Write to this file instead of the terminal; whole or not at all.",
)
