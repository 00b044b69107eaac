"""The audit as Markdown, for an issue, a chat or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.monitor.audit.gathering import Audit, Changed, Noted, Part, minute
from pgconform.reports._words import number
from pgconform.support.visible import visible

_SHOWN = 50


def render(audit: Audit) -> str:
    """The document; every text that came from elsewhere stands in code or is escaped."""
    return "\n".join(_lines(audit)) + "\n"


def _lines(audit: Audit) -> Iterator[str]:
    yield f"# Schema report, {_day(audit.since)} to {_day(audit.until)}"
    yield ""
    yield "| target | state | relations | changes | opened | closed | open errors | open warnings |"
    yield "|---|---|---|---|---|---|---|---|"
    for part in audit.targets:
        counts = (part.relations, len(part.changes), len(part.opened), len(part.closed), part.errors, part.warnings)
        yield f"| {_cell(part.target)} | {part.state} | {' | '.join(f'{count:,}' for count in counts)} |"
    for line in audit.undelivered:
        yield f"\nAlerts did not arrive: {_code(line)}"
    for part in audit.targets:
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    yield f"\n## {_cell(part.target)}\n"
    origin = f"{_code(part.origin)}, " if part.origin else ""
    server = f"Postgres {visible(part.server)}, " if part.server else ""
    said = f"{origin}{server}{part.state} since {minute(part.since)}."
    yield said[:1].upper() + said[1:]
    if part.problem:
        yield f"\nIt cannot be read: {_code(part.problem)}"
    sites = part.judged + part.unjudged
    if sites:
        yield f"\nJudged {part.judged:,} of {number(sites, 'site')}."
    yield from _list("Schema changes", (line for change in part.changes for line in _change(change)))
    yield from _list("Opened", _findings(part.opened))
    yield from _list("Closed", _findings(part.closed))
    yield from _list("Open since before", _findings(part.still_open))
    yield from _list("Outages", (f"- {_code(line)}" for line in part.outages))
    yield from _list("Commands that failed", (f"- {_code(line)}" for line in part.hooks_failed))
    if not any((part.changes, part.opened, part.closed, part.still_open, part.outages, part.hooks_failed)):
        yield "\nNothing happened, and nothing is open."


def _list(title: str, lines: Iterable[str]) -> Iterator[str]:
    items = list(lines)
    if not items:
        return
    yield f"\n### {title}\n"
    yield from items[:_SHOWN]
    if len(items) > _SHOWN:
        yield f"- and {len(items) - _SHOWN:,} more"


def _change(change: Changed) -> Iterator[str]:
    by = f" by {_code(change.who)}" if change.who else ""
    migration = f", newest migration {_code(change.migration)}" if change.migration else ""
    yield f"- {minute(change.at)}: {number(change.count, 'place')}{by}{migration}"
    yield from (f"  - {_code(line)}" for line in change.lines)


def _findings(items: Iterable[Noted]) -> Iterator[str]:
    for item in items:
        where = f" at {_code(item.place)}" if item.place else ""
        yield f"- {item.severity} {item.code} {_code(item.message)}{where}, {minute(item.opened_at)}"


def _day(at: str) -> str:
    return at[:10]


def _code(text: str) -> str:
    """As code, whatever backticks it has."""
    shown = visible(text)
    fence = "`" * (max((len(run) for run in _runs(shown)), default=0) + 1)
    return f"{fence}{' ' if '`' in shown else ''}{shown}{' ' if '`' in shown else ''}{fence}"


def _runs(text: str) -> Iterator[str]:
    run = ""
    for character in f"{text} ":
        if character == "`":
            run += character
        elif run:
            yield run
            run = ""


def _cell(text: str) -> str:
    return visible(text).replace("|", "\\|").replace("<", "&lt;")
