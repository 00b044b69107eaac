"""Groups of commands: alone they say how they are used, and a misspelt command is answered with the nearest one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import click

CANNOT = 2


class Group(click.Group):
    """A group that does nothing by itself. ``meant`` are its commands by the names that other tools have for them."""

    meant: ClassVar[Mapping[str, tuple[str, ...]]] = {}

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not args and not ctx.resilient_parsing:
            click.echo(ctx.get_help(), err=True)
            ctx.exit(CANNOT)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in self.list_commands(ctx) and not args[0].startswith("-"):
            from pgconform.support.names import nearest

            near = self.meant.get(args[0]) or nearest(args[0], self.list_commands(ctx))
            proposal = f"; did you mean {' or '.join(near)}?" if near else ""
            raise click.UsageError(f"there is no command {args[0]}{proposal}", ctx)
        return super().resolve_command(ctx, args)
