"""The texts of a file that are SQL, whoever runs them: by their first words, or as they make or alter something."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from operator import itemgetter

from pgconform.request import HOLE
from pgconform.sources.python.syntax.tree import Parsed, Unparsable, parse, within
from pgconform.sql.foreign import is_foreign
from pgconform.support.patterns import deferred

_TABLE = rb"[\w\".{}%]+"
_BEGINS = deferred(
    rb"(?:\"|')(?=[\s\-\\diswu])(?:\s|\\\r?\n|--[^\n]*\n)*"
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
    b'"': deferred(rb"(?:[^\"\\\n]|\\.|\"[\s+\\]*[rRfFtT]{0,2}\")*"),
    b"'": deferred(rb"(?:[^'\\\n]|\\.|'[\s+\\]*[rRfFtT]{0,2}')*"),
}
"""What a text has to say after its first words, also where it is written in several parts."""
_DOCUMENTS = deferred(rb":[ \t]*(?:#[^\n]*)?\n\s*[rR]?\Z")
_MAKING = (
    deferred(
        rb"create\s+(?:or\s+replace\s+)?(?:(?:unlogged|materialized)\s+)?(?:table|view|function|procedure|type)\b"
    ),
    deferred(rb"alter\s+(?:table|type)\b"),
)
_OTHERS = deferred(rb"sqlite|mysql|mariadb|duckdb|clickhouse|snowflake|bigquery|mssql|pyodbc|oracledb")
"""Other servers: a file that speaks of one may make its tables there."""
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


def making(source: bytes) -> tuple[tuple[tuple[str, int], ...], Parsed | None]:
    """The texts that make or alter tables and the like of Postgres, each with the line on which it begins.

    Of what an f-string fills in nothing is known. With them comes the tree of the file if it was parsed for them.
    """
    lowered = source.lower()
    if not _makes(lowered) or _OTHERS.search(lowered):
        return (), None
    try:
        parsed = parse(source)
    except Unparsable:
        return (), None
    found = ((text, line, text.lower().encode("utf-8", "replace")) for text, line in _texts(parsed.tree))
    makes = [(text, line) for text, line, sql in found if _makes(sql) and not is_foreign(sql)]
    return tuple(sorted(makes, key=itemgetter(1))), parsed


def _makes(lowered: bytes) -> bool:
    return any(pattern.search(lowered) for pattern in _MAKING)


def _texts(tree: ast.Module) -> Iterator[tuple[str, int]]:
    parts: set[int] = set()
    for node in within([tree]):
        if isinstance(node, ast.JoinedStr):
            parts.update(map(id, node.values))
            yield "".join([_part(one) for one in node.values]), node.lineno
        elif type(node) is ast.Constant and isinstance(node.value, str) and id(node) not in parts:
            yield node.value, node.lineno


def _part(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else HOLE
