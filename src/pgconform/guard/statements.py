"""The rows of plain INSERT statements: which parameter is which column's, found out once for each text."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

_NAME = r'(?:"[^"]+"|[A-Za-z_]\w*)'
_INSERT = re.compile(rf"\s*insert\s+into\s+(?:({_NAME})\.)?({_NAME})\s*\(([^()]*)\)\s*values\s*\(", re.IGNORECASE)
_REST = re.compile(r"\s*(?:returning\b[^;]*|on\s+conflict\b[^;]*)?;?\s*\Z", re.IGNORECASE)
_PART = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|%\(\w+\)s|[(),]|[^'"(),%]+|%""")
_PLACE = re.compile(r"\s*(?:%s|%\((\w+)\)s|\$(\d+))\s*\Z")
_MOST: Final = 4096


class Insert(msgspec.Struct, frozen=True):
    """An INSERT of one row: its table, and each column with its parameter's number or name, None: an expression."""

    schema: str
    table: str
    columns: tuple[tuple[str, int | str | None], ...]

    def row(self, parameters: Sequence[Any] | Mapping[str, Any]) -> dict[str, Any]:
        """The values of the columns that have a parameter of their own."""
        if isinstance(parameters, Mapping):
            return {name: parameters[key] for name, key in self.columns if isinstance(key, str) and key in parameters}
        count = len(parameters)
        return {name: parameters[key] for name, key in self.columns if isinstance(key, int) and key < count}


class Inserts:
    """The INSERT statements met so far, by their text."""

    def __init__(self) -> None:
        self._known: dict[str, Insert | None] = {}

    def of(self, text: str) -> Insert | None:
        """The INSERT that a text is, if it is a plain one."""
        if text not in self._known:
            if len(self._known) >= _MOST:
                return insert(text)
            self._known[text] = insert(text)
        return self._known[text]


def insert(text: str) -> Insert | None:
    """A plain INSERT of one row; None for any other statement, and for one that is not understood."""
    found = _INSERT.match(text)
    if found is None:
        return None
    names = [_plain(name) for name in found[3].split(",")]
    places, end = _places(text, found.end())
    if len(names) != len(places) or not _REST.match(text, end):
        return None
    keys: list[int | str | None] = []
    count = 0
    for place in places:
        said = _PLACE.match(place)
        keys.append(None if said is None else said[1] or (int(said[2]) - 1 if said[2] else count))
        count += place.count("%s")
    return Insert(_plain(found[1] or ""), _plain(found[2]), tuple(zip(names, keys, strict=True)))


def _places(text: str, start: int) -> tuple[list[str], int]:
    """What stands between the commas of a parenthesis, and where that ends."""
    places, depth = [""], 1
    while part := _PART.match(text, start):
        start = part.end()
        depth += {"(": 1, ")": -1}.get(part[0], 0)
        if depth == 0:
            return places, start
        if part[0] == "," and depth == 1:
            places.append("")
        else:
            places[-1] += part[0]
    return [], start


def _plain(name: str) -> str:
    name = name.strip()
    return name[1:-1] if name.startswith('"') else name.lower()
