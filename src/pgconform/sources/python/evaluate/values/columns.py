"""Which part of a statement's text decides what columns its rows have."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_TOKEN = deferred(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|[()]"
    r"|\b(?:select|from|where|group|having|window|order|limit|offset|fetch|for|union|intersect|except|returning)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHANGED = deferred(
    r"\s*(insert\s+into|update|delete\s+from)\s+(?:only\s+)?(?:[\w$.]|\"(?:[^\"]|\"\")*\")+", re.IGNORECASE
)


def columns_part(sql: str) -> str:
    """Equal for two statements only if their rows have the same columns.

    A list that names them decides; of a ``*`` so does all that is selected from. Statements that differ in conditions
    or order alone are alike.
    """
    words = _top_level(sql)
    returned = next((place for place, word in words if word == "returning"), -1)
    if returned >= 0:
        return _beside(sql, words) + sql[returned:].strip()
    start = next((place for place, word in words if word == "select"), -1)
    if start < 0:
        return sql
    after = [(place, word) for place, word in words if place > start]
    source = next((place for place, word in after if word == "from"), len(sql))
    if "*" not in sql[start:source]:
        return sql[start:source].strip()
    return sql[: next((place for place, word in after if place > source), len(sql))].strip()


def _beside(sql: str, words: list[tuple[int, str]]) -> str:
    """What decides beside its list what a statement gives that changes a table: of a ``*`` that, and what it joins."""
    returned = next(place for place, word in words if word == "returning")
    if "*" not in sql[returned:]:
        return ""
    if (changed := _CHANGED.match(sql)) is None:
        return sql[:returned]
    verb, end = changed[1][:6].lower(), changed.end()
    bound = next(place for place, word in words if place >= end and word in ("where", "returning"))
    joined = next((place for place, word in words if end <= place < bound and word == "from"), bound)
    rest = {"insert": "", "update": sql[joined:bound], "delete": sql[end:bound]}[verb]
    return f"{changed[0]} {rest} "


def _top_level(sql: str) -> list[tuple[int, str]]:
    """The words that part a statement, outside of brackets, with their places."""
    found: list[tuple[int, str]] = []
    depth = 0
    for token in _TOKEN.finditer(sql):
        word = token[0].lower()
        if word in "()":
            depth += 1 if word == "(" else -1
        elif depth == 0 and word.isalpha():
            found.append((token.start(), word))
    return found
