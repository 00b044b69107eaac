"""``pgconform rule``: what a rule says, why it matters, and when to ignore it."""

from __future__ import annotations

import click

from pgconform.cli import _completing
from pgconform.cli._options import verbose_option


@click.command(name="rule", short_help="Explain a rule; list a family of rules, or all.")
@click.argument("code", required=False, metavar="[CODE]", shell_complete=_completing.rules)
@verbose_option
def command(code: str | None) -> None:
    """Explain a rule, by its code or name; list a family (COL), or all rules."""
    from pgconform.cli._screen import page, put
    from pgconform.project.pages import find_page
    from pgconform.rules import all_rules
    from pgconform.select import selects

    listed = [rule for rule in all_rules() if code is None or selects(code.upper(), rule.code, "")]
    if code is not None and (not listed or code.upper() == listed[0].code):
        page(find_page(code))
        return
    width = max(len(rule.name) for rule in listed)
    lines = (f"{rule.code}  {rule.name:<{width}}  {rule.summary}{_preview(rule.preview)}\n" for rule in listed)
    put("".join(lines))


def _preview(preview: bool) -> str:
    return "  (preview: runs only when selected)" if preview else ""
