"""One HTML file that needs nothing else: every finding with the code around it, and what its rule says."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from html import escape
from itertools import groupby
from pathlib import Path

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.report import Report, Status
from pgconform.reports import _heading
from pgconform.reports._look import Look
from pgconform.reports._pages import pages
from pgconform.reports._snippets import snippet
from pgconform.reports._words import WORDS, number, severities, shown, suggestion
from pgconform.schema import Unread
from pgconform.support.visible import visible

_HERE = Path(__file__).parent
_STATUS = {Status.CONFORMS: "good", Status.WARNINGS: "warning", Status.ERRORS: "bad"}


def render(report: Report, look: Look) -> str:
    """The page. Without a script all of it is there to be read; with one, findings can be chosen from."""
    found = shown(report, look)
    style = "".join((_HERE / name).read_text(encoding="utf-8") for name in ("style.css", "page.css"))
    script = (_HERE / "page.js").read_text(encoding="utf-8")
    body = [
        *_head(report, found, look),
        *_filters(found),
        *_findings(found, look),
        *_tables(report),
        *_coverage(report),
        *pages(found, look.pages),
    ]
    return "\n".join(
        [
            '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_policy(script)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>pgconform: {_title(found)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
            *body,
            f"</main>\n<script>{script}</script>\n</body>\n</html>\n",
        ]
    )


def _policy(script: str) -> str:
    """Nothing is fetched, and no script runs but our own."""
    told = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{told}'"


def _title(found: tuple[Finding, ...]) -> str:
    files = {finding.at.uri for finding in found if finding.at}
    return f"{severities(found)} in {number(len(files), 'file')}" if found else "all conforms"


def _head(report: Report, found: tuple[Finding, ...], look: Look) -> Iterator[str]:
    yield f'<h1><span class="soft">pgconform</span> {_title(found)}</h1>'
    yield "<dl>"
    yield from _term("truth", _text(_heading.truth(report, replace(look, notes=True))))
    yield from _term("claims", _text(_heading.claims(report)))
    yield from _term("judged", _judged(report))
    if report.suppressed:
        yield from _term("suppressed", f"{report.suppressed:,} that the code asks to ignore")
    hidden = 0 if look.notes else report.count(Severity.INFO)
    if hidden:
        yield from _term("left out", f"{number(hidden, 'note')}, merely worth knowing: <code>--verbose</code>")
    yield "</dl>"


def _term(name: str, said: str) -> Iterator[str]:
    yield f"<dt>{name}</dt><dd>{said}</dd>"


def _judged(report: Report) -> str:
    missed = len(report.unjudged)
    sites = report.judged + missed
    if not missed:
        return f"all {number(sites, 'site')}" if sites else "nothing to judge"
    share = 100 * report.judged / sites
    return f'{report.judged:,} of {number(sites, "site")} ({share:.1f} %), <a href="#unjudged">{missed:,} not</a>'


def _filters(found: tuple[Finding, ...]) -> Iterator[str]:
    """What a script brings to life; hidden until it does."""
    if len(found) < 2:
        return
    yield '<form class="filters" id="filters" hidden>'
    for severity in Severity:
        if count := sum(finding.severity is severity for finding in found):
            box = f'<input type="checkbox" name="severity" value="{severity}" checked>'
            yield f'<label class="box {severity}">{box} {_text(number(count, WORDS[severity]))}</label>'
    rules = sorted({(finding.code, f"{finding.code} {finding.name}") for finding in found})
    yield _choice("rule", rules)
    sources = sorted({finding.source for finding in found if finding.source})
    yield _choice("source", [(source, source) for source in sources])
    yield '<label class="grow">contains <input type="search" name="words" placeholder="a path, table or word"></label>'
    yield '<p class="soft" id="count" role="status"></p></form>'


def _choice(name: str, values: Iterable[tuple[str, str]]) -> str:
    options = "".join(f'<option value="{_text(value)}">{_text(said)}</option>' for value, said in values)
    return f'<label>{name} <select name="{name}"><option value="">all</option>{options}</select></label>'


def _findings(found: tuple[Finding, ...], look: Look) -> Iterator[str]:
    if not found:
        yield '<p class="good">Nothing was found that does not conform.</p>'
    for uri, group in groupby(found, key=lambda finding: finding.at.uri if finding.at else ""):
        items = tuple(group)
        named = f"<code>{_text(f'{look.within}{uri}')}</code>" if uri else "in no file"
        yield f'<section class="file"><h2>{named} <span class="soft">{severities(items)}</span></h2>'
        for item in items:
            yield from _finding(item, look)
        yield "</section>"


def _finding(item: Finding, look: Look) -> Iterator[str]:
    words = " ".join((item.at.uri if item.at else "", item.code, item.name, item.message, item.subject)).lower()
    told = f'data-severity="{item.severity}" data-rule="{_text(item.code)}" data-source="{_text(item.source)}"'
    yield f'<article {told} data-words="{_text(words)}">'
    spot = ":".join(str(part) for part in (item.at.line, item.at.column) if part) if item.at else ""
    rule = f'<a href="#{_text(item.code)}" title="{_text(item.name)}">{_text(item.code)}</a>'
    badge = f'<span class="badge {item.severity}">{WORDS[item.severity]}</span>'
    yield f'<h3>{badge} {rule} <span class="said">{_text(item.message)}</span></h3>'
    behind = " · ".join(filter(None, (_text(item.consequence), _witness(item), _there(item, look))))
    if behind:
        yield f'<p class="soft">{behind}</p>'
    if helped := item.help or suggestion(item.change):
        mended = ' <span class="mark">--fix writes it</span>' if item.fixable and item.safe else ""
        yield f'<p class="help">{_text(helped)}{mended}</p>'
    text = look.texts.get(item.at.uri) if item.at else None
    if item.at and text is not None and item.at.line:
        yield snippet(text, item.at)
    elif spot:
        yield f'<p class="soft">line {_text(spot)}</p>'
    yield "</article>"


def _witness(item: Finding) -> str:
    return f"for example <code>{_text(item.witness)}</code>" if item.witness else ""


def _there(item: Finding, look: Look) -> str:
    """Where the truth says so."""
    at = item.truth_at
    return f"see <code>{_text(f'{look.within}{at}')}</code>" if at is not None and at != item.at else ""


def _tables(report: Report) -> Iterator[str]:
    if not report.relations:
        return
    bad = [(name, status) for name, status in report.relations if status is not Status.CONFORMS]
    total = len(report.relations)
    yield f"<h2>Tables</h2><p>{total - len(bad):,} of {total:,} conform.</p>"
    if bad:
        yield '<ul class="plain columns">'
        for name, status in bad:
            yield f'<li><span class="{_STATUS[status]}">{status}</span> <code>{_text(name)}</code></li>'
        yield "</ul>"


def _coverage(report: Report) -> Iterator[str]:
    yield from _listed("unjudged", "Not judged", report.unjudged)
    yield from _listed(
        "suggested", "Left alone, but map them in the settings if they are models of tables", report.suggested
    )


def _listed(name: str, title: str, items: tuple[Unread, ...]) -> Iterator[str]:
    """By reason, the commonest first, each with its places."""
    if not items:
        return
    yield f'<h2 id="{name}">{title} <span class="soft">{len(items):,}</span></h2>'
    by_reason: dict[str, list[Unread]] = {}
    for item in items:
        by_reason.setdefault(item.reason, []).append(item)
    for reason, found in sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        places = "".join(f"<li><code>{_text(str(item.at))}</code></li>" for item in found if item.at)
        if len(found) == 1:
            yield f'<p>{_text(reason)} <code class="soft">{_text(str(found[0].at or ""))}</code></p>'
            continue
        yield f"<details><summary>{_text(reason)} <b>{len(found):,}</b></summary>"
        yield f'<ul class="plain columns">{places}</ul></details>'


def _text(said: str) -> str:
    return escape("\n".join(map(visible, said.split("\n"))))
