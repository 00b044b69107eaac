"""``pgconform adopt``: move from models that a hand wrote to those that are generated, module by module."""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import Named, config_option, existing, truth_option, verbose_option


@click.command(name="adopt", short_help="Point imports to generated models where they conform.")
@click.argument("paths", nargs=-1, type=Named(), callback=existing)
@truth_option
@click.option("--live", is_flag=True, help="By the live database.")
@click.option("--dry-run", is_flag=True, help="Say what would be moved and why the rest stays, and write nothing.")
@click.option("--diff", "show_diff", is_flag=True, help="As --dry-run, and show what would be written.")
@config_option
@verbose_option
def command(paths: tuple[Path, ...], config: Path | None, **said: object) -> int:
    """Point imports from a model that a hand wrote to its generated twin, where the two conform.

    With PATHS only the imports in these files and directories. The models themselves stay where they are.
    """
    from pgconform.cli._adopting import Adopting, adopting

    return adopting(paths, config, Adopting(**said))  # type: ignore[arg-type]
