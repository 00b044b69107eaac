"""The pages of the rules that found something, within the report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from html import escape

from pgconform.finding import HOME, Finding, page_of
from pgconform.support.patterns import deferred

_RULE = deferred(r"^(?P<code>[A-Z]+\d+)\.md$")
_DOCUMENTS = f"{HOME}/blob/main/docs/"
_LOWER = {"h1": "h3", "h2": "h4", "h3": "h5"}


def pages(found: Iterable[Finding], texts: Mapping[str, str]) -> Iterator[str]:
    """What each of these rules says, by code; of one without a text, where its page is."""
    codes = sorted({(finding.code, finding.name) for finding in found})
    if not codes:
        return
    yield "<h2>Rules</h2>"
    known = {code for code, _ in codes}
    for code, name in codes:
        yield f'<section class="rule" id="{escape(code)}">'
        if code in texts:
            yield _rendered(texts[code], known)
        else:
            yield f'<h3>{escape(code)} {escape(name)}</h3><p><a href="{escape(page_of(code))}">its page</a></p>'
        yield "</section>"


def _rendered(text: str, known: set[str]) -> str:
    """Markdown as HTML, in which no HTML of its own is let through; its headings below those of the report."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    for token in tokens:
        token.tag = _LOWER.get(token.tag, token.tag)
        for inner in token.children or ():
            if inner.type == "link_open":
                inner.attrSet("href", _target(str(inner.attrGet("href")), known))
    return str(reader.renderer.render(tokens, reader.options, {}))


def _target(href: str, known: set[str]) -> str:
    """A rule's page is in this file where it is shown; all else is among the project's documents."""
    if "://" in href or href.startswith("#"):
        return href
    rule = _RULE.match(href)
    if rule and rule["code"] in known:
        return f"#{rule['code']}"
    return f"{_DOCUMENTS}{href.removeprefix('../')}" if href.startswith("../") else f"{_DOCUMENTS}rules/{href}"
