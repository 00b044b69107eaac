"""``pgconform``: the group of commands, and what happens when one of them cannot do its job."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import click

from pgconform.cli._faults import guarded
from pgconform.cli._groups import Group
from pgconform.cli._options import version_option

_OWN = frozenset({"__init__", "main"})


class Commands(Group):
    """Every module beside this one whose name has no underscore in front is a command, and holds it as ``command``."""

    meant: ClassVar[Mapping[str, tuple[str, ...]]] = {
        "fix": ("check --fix",),
        "lint": ("check",),
        "update": ("sync",),
        "pull": ("snapshot",),
    }

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  the signature is click's
        names = {path.stem for path in Path(__file__).parent.glob("*.py")} - _OWN
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"pgconform.cli.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Documentation: https://github.com/pgconform/pgconform/tree/main/docs",
)
@version_option
def group() -> None:
    """Hold Pydantic models, scripts, caches and documents to the database schema.

    Start with  pgconform check  in your project: it finds the migrations and the code by itself.
    """


def main() -> int:
    """Run the command line; gives its exit code."""
    return guarded(group, sys.argv[1:])
