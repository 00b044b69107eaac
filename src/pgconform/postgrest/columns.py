"""Columns with JSON paths, and lists of column names."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from pgconform.postgrest.scanner import Scanner, comma, json_key, name, parsed, several
from pgconform.postgrest.syntax import ColumnRef, JsonStep, Name, Refusal
from pgconform.support.patterns import deferred

_KEY = deferred(r"[^(\-:.,>)]+")
_INDEX = deferred(r"(-?)([0-9]+)(?=->|::|\.|,|\Z)")


class Names(msgspec.Struct, frozen=True):
    """A list of column names; the server does not look at what stands after ``end``."""

    names: tuple[Name, ...]
    end: int


def column(scanner: Scanner) -> ColumnRef:
    """A name and its JSON path, with spaces around."""
    scanner.space()
    found = ColumnRef(name(scanner), json_path(scanner))
    scanner.space()
    return found


def json_path(scanner: Scanner) -> tuple[JsonStep, ...]:
    steps = []
    while scanner.text.startswith("->", scanner.pos):
        arrow = "->>" if scanner.text.startswith("->>", scanner.pos) else "->"
        scanner.take(arrow)
        start = scanner.pos
        if found := scanner.match(_INDEX):
            steps.append(JsonStep(arrow, found[0], "index", start, scanner.pos))
        else:
            steps.append(JsonStep(arrow, json_key(scanner, _KEY).text, "key", start, scanner.pos))
    return tuple(steps)


@lru_cache(maxsize=4096)
def parse_names(text: str) -> Names | Refusal:
    """``columns`` and ``on_conflict``: names separated by commas."""
    return parsed(text, lambda scanner: Names(several(scanner, name, comma), scanner.pos))
