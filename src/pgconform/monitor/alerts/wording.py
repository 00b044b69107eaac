"""An alert in words: one line for a telephone, then what a person needs to act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from string import Template

from pgconform.monitor.alerts.message import Alert, Section, Told
from pgconform.reports._words import number


def title(sections: Iterable[Section]) -> str:
    """``production: 3 errors and 2 warnings opened``; of several targets how many, and the first's."""
    said = [f"{section.target}: {_gist(section)}" for section in sections]
    return said[0] if len(said) == 1 else f"{len(said)} databases: {said[0]}; …"


def _gist(section: Section) -> str:
    parts = [
        "cannot be read" if section.problem else "",
        "can be read again" if section.recovered else "",
        "cannot be judged" if section.fault else "",
        "can be judged again" if section.judged_again else "",
        _opened(section),
        f"{number(section.closed_total, 'finding')} closed" if section.closed_total else "",
        f"{number(len(section.hooks), 'command')} failed" if section.hooks else "",
    ]
    return ", ".join(part for part in parts if part)


def _opened(section: Section) -> str:
    errors, others = section.opened_errors, section.opened_total - section.opened_errors
    counted = [number(errors, "error") if errors else "", number(others, "warning") if others else ""]
    return " and ".join(part for part in counted if part) + " opened" if section.opened_total else ""


def body(alert: Alert) -> str:
    """The alert as plain text."""
    blocks = ("\n".join(_section(section, several=len(alert.sections) > 1)) for section in alert.sections)
    text = "\n\n".join(blocks) + "\n"
    return f"{text}\n{alert.url}\n" if alert.url else text


def filled(template: str, alert: Alert) -> str:
    """The alert in a team's own words: what stands for ``$title``, ``$body``, ``$targets``, ``$url``, ``$at``, ``$id``.

    What stands for nothing is left as it is.
    """
    names = ", ".join(section.target for section in alert.sections)
    return Template(template).safe_substitute(
        title=alert.title, body=body(alert), targets=names, url=alert.url, at=alert.at, id=alert.id
    )


def _section(section: Section, *, several: bool) -> Iterator[str]:
    if several:
        yield section.target
    if section.problem:
        yield f"cannot be read: {section.problem}"
        yield f"  {section.help}"
    if section.recovered:
        yield "can be read again"
    if section.fault:
        yield f"the project's claims could not be judged: {section.fault}"
    if section.judged_again:
        yield "the project's claims can be judged again"
    yield from _change(section)
    yield from _list("opened", section.opened, section.opened_total)
    yield from _list("closed", section.closed, section.closed_total)
    if section.passing:
        yield f"{number(section.passing, 'finding')} came and went"
    for line in section.hooks:
        yield f"failed: {line}"


def _change(section: Section) -> Iterator[str]:
    if not section.changes_total:
        return
    who = ", ".join(part for part in (section.role, section.application) if part)
    yield f"the schema changed in {number(section.changes_total, 'place')}{f' (by {who})' if who else ''}"
    if section.command:
        yield f"  {section.command}"
    if section.migration:
        yield f"  newest migration: {section.migration}"
    yield from (f"  {line}" for line in section.changes)
    yield from _more(section.changes_total - len(section.changes))


def _list(word: str, items: tuple[Told, ...], total: int) -> Iterator[str]:
    if not total:
        return
    yield f"{word}:"
    for item in items:
        yield f"  {item.severity} {item.code} {item.message}{f'  {item.place}' if item.place else ''}"
        if item.help and word == "opened":
            yield f"    {item.help}"
    yield from _more(total - len(items))


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  and {count:,} more"
