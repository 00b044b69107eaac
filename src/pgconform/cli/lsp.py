"""``pgconform lsp``: findings in the editor while one types."""

from __future__ import annotations

import click

from pgconform.cli._options import verbose_option


@click.command(name="lsp", short_help="Be a language server: show findings in the editor.")
@click.option("--stdio", is_flag=True, expose_value=False, help="What it does anyway; many editors say so.")
@verbose_option
def command() -> int:
    """Be a language server: an editor starts it, and shows findings while one types.

    It speaks the language server protocol on standard input and output, and judges as  pgconform check  does.
    """
    from pgconform.monitor.needs import need

    need(("pygls",), "lsp")
    from pgconform.lsp.server import serve

    return serve()
