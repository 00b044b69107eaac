"""Commands around a query, or in place of one: what of them a server can be asked to prepare."""

from __future__ import annotations

import re
from typing import NamedTuple

from pgconform.request import HOLE
from pgconform.support.patterns import deferred

_QUERY = r"(?=(?:select|insert|update|delete|with|merge|values)\b)"
_NAME = r'(?:(?:"[^"]+"|[\w$]+)\.)?(?:"[^"]+"|[\w$]+)'
_BEFORE = deferred(
    r"(?:explain\s+(?:\([^()]*\)\s*|(?:analy[sz]e|verbose)\s+)*"
    rf"|declare\s+\w+\s+(?:\w+\s+)*?cursor\s+(?:with(?:out)?\s+hold\s+)?for\s+"
    rf"|create\s+(?:(?:temp|temporary|unlogged)\s+)?table\s+(?:if\s+not\s+exists\s+)?{_NAME}\s+"
    r"(?:on\s+commit\s+[\w ]+?\s+)?as\s+"
    rf"|create\s+materialized\s+view\s+(?:if\s+not\s+exists\s+)?{_NAME}\s+as\s+){_QUERY}",
    re.IGNORECASE,
)
_COPIED = deferred(rf"copy\s*\(\s*{_QUERY}(?P<query>.*)\)\s*to\s", re.IGNORECASE | re.DOTALL)
_FILLED = deferred(rf"copy\s+(?P<into>{_NAME}\s*\((?P<columns>[^()]+)\))\s*from\s", re.IGNORECASE)
_WITH_DATA = deferred(r"\s+with\s+(?:no\s+)?data\s*;?\s*$", re.IGNORECASE)


class Within(NamedTuple):
    """What of a text between two offsets is sent, and what stands before and after it instead of the rest.

    ``unnamed`` is how many values that makes, which the program sends otherwise.
    """

    start: int
    end: int
    before: str = ""
    after: str = ""
    unnamed: int = 0


def within(text: str, at: int) -> Within | None:
    """The query of EXPLAIN, DECLARE, CREATE … AS or COPY that begins at an offset, or what puts in the same as COPY."""
    if found := _BEFORE.match(text, at):
        rest = _WITH_DATA.search(text, found.end())
        return Within(found.end(), rest.start() if rest else len(text))
    if found := _COPIED.match(text, at):
        return Within(*found.span("query"))
    if (found := _FILLED.match(text, at)) and HOLE not in found["into"]:
        count = found["columns"].count(",") + 1
        values = ", ".join(f"${number}" for number in range(1, count + 1))
        return Within(*found.span("into"), "INSERT INTO ", f" VALUES ({values})", count)
    return None
