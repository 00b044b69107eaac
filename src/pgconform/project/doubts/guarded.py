"""What only the files of a program tell of findings: that it asks first, or how its cursors send values.

It asks by holding a name to what there is: ``"nick" in columns``, ``has_table("x")``; or by a function
of its own that looks. The name may be one of several that a loop goes over: ``for name in ("nick", "alias"):``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.index import column_of
from pgconform.project.doubts.otherwise import ABSENT
from pgconform.project.doubts.texts import Texts
from pgconform.request import Query
from pgconform.support.patterns import deferred

_INSPECTS = deferred(rb"\b(?:get_columns|has_table|get_table_names|get_view_names)\b")
"""What SQLAlchemy looks into the catalogue with."""
_AT_VALUE = 'at or near "$'
_FILLS = deferred(rb"\b(?:Async)?ClientCursor\b")
"""Cursors of psycopg that put values into the text."""
_ASKS_FOR_ROWS = deferred(rb"\.(?:description|returns_rows)\b|\b(?:ProgrammingError|ResourceClosedError)\b")
"""How a program tells a result without rows from one with rows."""
_IN = deferred(rb"[\"']\s+(?:not\s+)?in\b")
_THERE = (b"has_", b"_exists", b"exists_")
_ASKED = deferred(rb"\b\w*(?:has_|_exists|exists_)\w*\(([^()\n]*)")
_NAME = deferred(rb"[\"'](?:\w+\.)?([^\"'\n]+)[\"']")
_VARIABLE = deferred(rb"(?<![\w.\"'])([A-Za-z_]\w*)\s*(?=,|$)")
_LOOP = rb"\bfor\s+%s\s+in\s+(?:[(\[{]([^()\[\]{}]*)[)\]}]|(\w+))"
_LISTED = rb"\b%s\b[^=\n]*=\s*[\w(]*?[(\[{]([^()\[\]{}]*)[)\]}]"
_TOLD = rb"""^(?P<indent>[ \t]*)(?:if|elif)\b[^\n]*?["']%s["']\s+in\s+(?P<held>[^\n]*)$"""
_RAISED = deferred(rb"\bexcept\b[^:\n]*\bas\s+(\w+)\s*:")
_WORDED = rb"\b(\w+)\s*=\s*(?:str|repr)\(\s*(?:%s)\b"
_LONGEST = 130
"""Bytes of a name with its schema and quotes."""


def looked_for(queries: Iterable[Query]) -> dict[str, set[tuple[str, str]]]:
    """The names that a program looks for in a ``try`` that goes on, each with the functions that do, and its place."""
    found: dict[str, set[tuple[str, str]]] = {}
    for query in queries:
        if query.fallback and query.verb == "select" and _looks(query):
            said = [(text.value, text.at) for text in (query.relation, *(query.select or ())) if text]
            for name, at in ((name, at) for value, at in said if at for name in value.split(",")):
                found.setdefault(name.strip(), set()).add((query.holder.rpartition(".")[2], at.uri))
    return found


def _looks(query: Query) -> bool:
    """It reads any row, if there is one."""
    return not (query.filters or query.logics) and "limit" in [call.method for call in query.orders]


def guarded(
    findings: Iterable[Finding], texts: Texts, sought: Mapping[str, set[tuple[str, str]]], *, asks: bool
) -> Iterator[Finding]:
    """The findings; those of a missing relation or column that their file asks for first are notes.

    ``asks``: a statement of the program asks the catalogue. It may be that what asks stands in another file. ``sought``
    are those of `looked_for`; who calls a function that looks for a name knows of it.
    """
    known: dict[str, frozenset[bytes]] = {}
    for finding in findings:
        name = _missing(finding)
        if name and finding.at and finding.at.uri.endswith(".py"):
            uri = finding.at.uri
            if uri not in known:
                text = texts.of(uri)
                known[uri] = frozenset(_held(text) if asks or _INSPECTS.search(text) else ())
            if name.encode() in known[uri] or any(
                uri == place or (function and f"{function}(".encode() in texts.of(uri))
                for function, place in sought.get(name, ())
            ):
                yield finding.noted(f"{uri} asks first whether it is there")
                continue
            if _is_told(texts.of(uri), name, finding.at.line):
                yield finding.noted("it is reached where a refusal names it")
                continue
        yield finding


def _is_told(text: bytes, name: str, line: int) -> bool:
    """The line stands in the block of an ``if`` that asks whether the text of an exception has this name in it."""
    if not any(b"%s%s in " % (name.encode(), mark) in text for mark in (b"'", b'"')):
        return False
    for found in re.finditer(_TOLD % re.escape(name.encode()), text, re.MULTILINE):
        first = text.count(b"\n", 0, found.start()) + 1
        block = text[found.end() :].split(b"\n", max(line - first, 0) + 1)[1 : line - first + 1]
        indented = (len(row) - len(row.lstrip()) > len(found["indent"]) for row in block if row.strip())
        if first < line and all(indented) and _is_refusal(found["held"], text):
            return True
    return False


def _is_refusal(held: bytes, text: bytes) -> bool:
    """What a name is held to is an exception, or a variable that its text was put into."""
    if not (raised := b"|".join(sorted({re.escape(name) for name in _RAISED.findall(text)}))):
        return False
    texts = re.findall(_WORDED % raised, text)
    return re.search(rb"\b(?:%s)\b" % b"|".join([raised, *map(re.escape, texts)]), held) is not None


def _held(text: bytes) -> Iterator[bytes]:
    """The names that a file holds to what there is, without their schemas."""
    for found in _IN.finditer(text):
        quoted = text[max(0, found.start() - _LONGEST) : found.start() + 1]
        start = quoted.rfind(quoted[-1:], 0, -1)
        if start >= 0 and (name := _NAME.fullmatch(quoted[start:])):
            yield name[1]
    if any(word in text for word in _THERE):
        variables = set()
        for found in _ASKED.finditer(text):
            yield from _NAME.findall(found[1])
            variables.update(_VARIABLE.findall(found[1]))
        for variable in sorted(variables):
            yield from _of_loops(variable, text)


def _of_loops(variable: bytes, text: bytes) -> Iterator[bytes]:
    """The names, written out, that loops of a file give this variable."""
    for loop in re.finditer(_LOOP % variable, text):
        listed = [loop[1]] if loop[1] is not None else re.findall(_LISTED % loop[2], text)
        for names in listed:
            yield from _NAME.findall(names)


def _missing(finding: Finding) -> str:
    """The relation or column that the finding says is not there, or ""."""
    if finding.severity is Severity.INFO:
        return ""
    if finding.code == "SQL002":
        absent = ABSENT.search(finding.message)
        return absent["name"] if absent and absent["what"] == "column" else ""
    if finding.code not in ("REL001", "COL001"):
        return ""
    return column_of(finding) if finding.code == "COL001" else finding.subject.rpartition(".")[2]


def filled_in(findings: Iterable[Finding], texts: Texts, uris: Iterable[str]) -> Iterator[Finding]:
    """The findings; where the program has cursors that put values into the text, of a value in its place a note."""
    files = [uri for uri in uris if uri.endswith(".py")]
    fills = ""
    for finding in findings:
        if finding.code == "SQL001" and finding.severity is not Severity.INFO and _AT_VALUE in finding.message:
            fills = fills or next((uri for uri in files if _FILLS.search(texts.of(uri))), "-")
            if fills != "-":
                yield finding.noted(f"{fills} has cursors that fill values in")
                continue
        yield finding


def rowless(findings: Iterable[Finding], texts: Texts) -> Iterator[Finding]:
    """The findings; that a statement gives no rows is a note in a file that tells results without rows from others."""
    for finding in findings:
        at = finding.at if finding.code == "SQL009" else None
        asks_first = at is not None and _ASKS_FOR_ROWS.search(texts.of(at.uri))
        yield finding.noted("its file tells results without rows from others") if asks_first else finding
