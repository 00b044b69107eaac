"""Options that several commands share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import click

from pgconform.cli import _completing
from pgconform.errors import Problem

Decorator: TypeAlias = Callable[[Callable[..., Any]], Callable[..., Any]]


class Named(click.Path):
    """A path as somebody names it; an empty name, as an unset variable leaves, stands for none."""

    def __init__(self, *, directories: bool = True) -> None:
        super().__init__(path_type=Path, dir_okay=directories)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            raise Problem("an empty name is no path", "name a file or a directory, or leave it out")
        return super().convert(value, param, ctx)


def existing(_: click.Context, __: click.Parameter, paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """Paths that are there, and may be read."""
    for path in paths:
        if not os.path.lexists(path):
            raise Problem(f"there is no {path}", "name files or directories of the project")
        if not os.access(path, os.R_OK | (os.X_OK if path.is_dir() else 0)):
            raise Problem(f"{path} cannot be read", "check where it leads, and who may read it")
        if not path.is_dir() and not path.is_file():
            raise Problem(f"{path} is neither a file nor a directory", "name files or directories of the project")
    return paths


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from pgconform.support.version import version

        click.echo(f"pgconform {version()}")
        ctx.exit()


def _schema(_: click.Context, __: click.Parameter, name: str) -> str:
    if not name.strip():
        raise Problem("an empty name is no schema", "name one, or leave it out")
    return name


def schema_option(help: str) -> Decorator:  # noqa: A002
    """The schema that a migration puts its functions into."""
    return click.option("--schema", metavar="NAME", default="public", show_default=True, callback=_schema, help=help)


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
    type=Named(directories=False),
    metavar="FILE",
    default=None,
    help="The settings file, instead of the nearest pyproject.toml or pgconform.toml.",
)


def format_option(told: str = "As for check.", envvar: str | None = None) -> Decorator:
    """The option of the commands that report as a check does."""
    return click.option(
        "--format",
        "form",
        metavar="FORMAT",
        shell_complete=_completing.formats,
        default="text",
        envvar=envvar,
        show_default=True,
        help=told,
    )


output_option: Decorator = click.option(
    "--output",
    type=Named(directories=False),
    metavar="FILE",
    default=None,
    help="Write to this file instead of the terminal; whole or not at all.",
)
