"""Which part of a statement's text decides what columns its rows have."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_TOKEN = deferred(
    r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|[()]"
    r"|\b(?:select|from|where|group|having|window|order|limit|offset|fetch|for|union|intersect|except|returning)\b",
    re.IGNORECASE | re.DOTALL,
)


def columns_part(sql: str) -> str:
    """Equal for two statements only if their rows have the same columns.

    A list that names them decides; of a ``*`` so does all that is selected from. Statements that differ in conditions
    or order alone are alike.
    """
    words = _top_level(sql)
    returned = next((place for place, word in words if word == "returning"), -1)
    if returned >= 0:
        return sql if "*" in sql[returned:] else sql[returned:].strip()
    start = next((place for place, word in words if word == "select"), -1)
    if start < 0:
        return sql
    after = [(place, word) for place, word in words if place > start]
    source = next((place for place, word in after if word == "from"), len(sql))
    if "*" not in sql[start:source]:
        return sql[start:source].strip()
    return sql[: next((place for place, word in after if place > source), len(sql))].strip()


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
