"""``pgconform uses``: who reads and writes this?"""

from __future__ import annotations

from pathlib import Path

import click

from pgconform.cli._options import config_option, truth_option, verbose_option


@click.command(name="uses", short_help="List who reads or writes a table or column.")
@click.argument("name", metavar="TABLE[.COLUMN]")
@truth_option
@config_option
@verbose_option
def command(name: str, truth: str, config: Path | None) -> int:
    """List every place that reads or writes a table, a column or a function.

    Names are as in SQL: documents, documents.status, billing.invoices, billing.invoices.total, my_function. Leaves
    with 0, or with 2 when the truth has nothing of that name.
    """
    from pgconform.cli._project import project_of
    from pgconform.cli._using import used

    return used(project_of(config), name, truth)
