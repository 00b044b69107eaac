"""The audit as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path

from pgconform import reports
from pgconform.monitor.audit.gathering import Audit, Noted, Part, minute
from pgconform.reports._words import number
from pgconform.support.visible import visible

_STYLE = Path(reports.__file__).parent / "style.css"
_ROLES = {"+": "good", "-": "bad", "~": "warning", "error": "bad", "warning": "warning", "up": "good", "down": "bad"}
_HEADS = ("target", "state", "relations", "changes", "opened", "closed", "open errors", "open warnings")


def render(audit: Audit) -> str:
    """The page."""
    title = f"Schema report, {audit.since[:10]} to {audit.until[:10]}"
    body = "\n".join(
        [f"<h1>{title}</h1>", *_overview(audit), *(line for part in audit.targets for line in _part(part))]
    )
    style = _STYLE.read_text(encoding="utf-8")
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _overview(audit: Audit) -> Iterator[str]:
    heads = "".join(f"<th{'' if place < 2 else _NUMBER}>{head}</th>" for place, head in enumerate(_HEADS))
    yield f'<div class="scroll"><table class="cards"><thead><tr>{heads}</tr></thead><tbody>'
    for part in audit.targets:
        counts = (part.relations, len(part.changes), len(part.opened), len(part.closed), part.errors, part.warnings)
        labelled = zip(_HEADS[2:], counts, strict=True)
        cells = "".join(f'<td{_NUMBER} data-label="{head}">{count:,}</td>' for head, count in labelled)
        state = f'<td class="tight">{_marked(part.state, part.state)}</td>'
        yield f'<tr><td class="tight">{_text(part.target)}</td>{state}{cells}</tr>'
    yield "</tbody></table></div>"
    yield from (f'<p class="bad">Alerts did not arrive: {_text(line)}</p>' for line in audit.undelivered)


_NUMBER = ' class="number"'


def _part(part: Part) -> Iterator[str]:
    yield f"<h2>{_text(part.target)}</h2>"
    origin = f"<code>{_text(part.origin)}</code>, " if part.origin else ""
    server = f"Postgres {_text(part.server)}, " if part.server else ""
    yield f'<p class="soft">{origin}{server}{part.state} since {minute(part.since)}</p>'
    if part.problem:
        yield f'<p class="bad">It cannot be read: {_text(part.problem)}</p>'
    if sites := part.judged + part.unjudged:
        yield f"<p>Judged {part.judged:,} of {number(sites, 'site')}.</p>"
    if part.changes:
        yield "<h3>Schema changes</h3>"
    for change in part.changes:
        by = f", by {_text(change.who)}" if change.who else ""
        migration = f", newest migration <code>{_text(change.migration)}</code>" if change.migration else ""
        yield f"<p>{minute(change.at)}: {number(change.count, 'place')}{by}{migration}</p>"
        yield '<ul class="plain code">' + "".join(f"<li>{_change(line)}</li>" for line in change.lines) + "</ul>"
    for title, items in (("Opened", part.opened), ("Closed", part.closed), ("Open since before", part.still_open)):
        yield from _findings(title, items)
    for title, lines in (("Outages", part.outages), ("Commands that failed", part.hooks_failed)):
        if lines:
            yield f'<h3>{title}</h3><ul class="plain code">{"".join(f"<li>{_text(line)}</li>" for line in lines)}</ul>'
    if not any((part.changes, part.opened, part.closed, part.still_open, part.outages, part.hooks_failed)):
        yield '<p class="nothing">Nothing happened, and nothing is open.</p>'


def _findings(title: str, items: Iterable[Noted]) -> Iterator[str]:
    rows = list(items)
    if not rows:
        return
    yield f'<h3>{title}</h3><div class="scroll"><table class="cards"><tbody>'
    for item in rows:
        where = f'<br><code class="soft">{_text(item.place)}</code>' if item.place else ""
        code = f'<td class="tight"><code>{item.code}</code></td>'
        said = f'<td class="wide">{_text(item.message)}{where}</td>'
        opened = f'<td class="tight soft">{minute(item.opened_at)}</td>'
        yield f'<tr><td class="tight">{_marked(item.severity, item.severity)}</td>{code}{said}{opened}</tr>'
    yield "</tbody></table></div>"


def _change(line: str) -> str:
    return f"{_marked(line[0], line[0])}{_text(line[1:])}"


def _marked(text: str, role: str) -> str:
    return f'<span class="{_ROLES.get(role, "soft")}">{_text(text)}</span>'


def _text(text: str) -> str:
    return escape(visible(text))
