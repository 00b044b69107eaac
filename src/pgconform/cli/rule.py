"""``pgconform rule``: what a rule says, why it matters, and when to ignore it."""

from __future__ import annotations

import click

from pgconform.cli._options import verbose_option


@click.command(name="rule")
@click.argument("code", required=False, metavar="[CODE]")
@verbose_option
def command(code: str | None) -> None:
    """Explain a rule, by its code or name; without one, list all rules."""
    from pgconform.cli._screen import page
    from pgconform.pages import find_page
    from pgconform.rules import all_rules

    if code is not None:
        page(find_page(code))
        return
    for rule in all_rules():
        click.echo(f"{rule.code}  {rule.name:<28} {rule.summary}{'  (preview)' if rule.preview else ''}")
