"""The texts of a file that are SQL by their first words, whoever runs them."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_TABLE = rb"[\w\".{}%]+"
_BEGINS = deferred(
    rb"(?:\"|')(?=[\s\-diswu])(?:\s|--[^\n]*\n)*"
    rb"(?:(?P<select>select)\s(?!(?:the|an?|your|which|one|any|all)\s+(?!from\b)[a-z])"
    rb"|insert\s+into\s+" + _TABLE + rb"[\s(]"
    rb"|update\s+(?:only\s+)?"
    + _TABLE
    + rb"\s+(?:(?:as\s+)?\w+\s+)?set\s|delete\s+from\s+"
    + _TABLE
    + rb"|with\s+(?:recursive\s+)?\w+\s+as\s*\()",
    re.IGNORECASE,
)
_FROM = deferred(rb"\bfrom\s", re.IGNORECASE)
_RESTS = {
    b'"""': deferred(rb"(?s:.*?)(?=\"\"\"|\Z)"),
    b"'''": deferred(rb"(?s:.*?)(?='''|\Z)"),
    b'"': deferred(rb"(?:[^\"\\\n]|\\.|\"[\s+\\]*[rRfF]{0,2}\")*"),
    b"'": deferred(rb"(?:[^'\\\n]|\\.|'[\s+\\]*[rRfF]{0,2}')*"),
}
"""What a text has to say after its first words, also where it is written in several parts."""
_DOCUMENTS = deferred(rb":[ \t]*(?:#[^\n]*)?\n\s*[rR]?\Z")
_NEAR = 200
"""Bytes in which the end of a function's head stands."""
_LONG = (b'"""', b"'''")


def sql_lines(source: bytes) -> tuple[int, ...]:
    """The lines on which such texts open that ask for rows or change them; neither comments nor what they document."""
    found, line, last, within = dict[int, None](), 1, 0, dict.fromkeys(_LONG, 0)
    for begun in _BEGINS.finditer(source):
        quote = next((one for one in _LONG if source.startswith(one, begun.start() - 2)), begun[0][:1])
        place = begun.start() + 1 - len(quote)
        line += source.count(b"\n", last, place)
        for one in _LONG:
            within[one] += source.count(one, last, place)
        last = place
        if not any(count % 2 for count in within.values()) and _is_sql(source, begun, place, quote):
            found[line] = None
    return tuple(found)


def _is_sql(source: bytes, begun: re.Match[bytes], place: int, quote: bytes) -> bool:
    """It stands in no comment, documents nothing, and says what it selects from."""
    if source[source.rfind(b"\n", 0, place) + 1 : place].lstrip().startswith(b"#"):
        return False
    rest = _RESTS[quote].match(source, begun.end()) if begun["select"] else None
    if rest and not _FROM.search(rest[0]):
        return False
    return not _DOCUMENTS.search(source, max(0, place - _NEAR), place)
