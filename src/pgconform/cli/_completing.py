"""What the shell proposes when a person presses the tabulator."""

from __future__ import annotations

from collections.abc import Iterable

import click


def formats(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The formats of reports."""
    from pgconform.reports import formats

    return _beginning(formats(), begun)


def rules(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The codes of rules; of several with commas the last."""
    from pgconform.rules import all_rules

    before, comma, last = begun.rpartition(",")
    return [f"{before}{comma}{code}" for code in _beginning((rule.code for rule in all_rules()), last.upper())]


def targets(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """What can be generated."""
    from pgconform.project.targets import targets

    return _beginning(targets(), begun)


def _beginning(words: Iterable[str], begun: str) -> list[str]:
    return [word for word in words if word.startswith(begun)]
