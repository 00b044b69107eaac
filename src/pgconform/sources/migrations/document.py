"""A file's SQL as bytes, and the places in it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property

from pgconform.shape import Location
from pgconform.support.patterns import deferred

_LINE = deferred(rb"\n")
_VISIBLE = deferred(rb"[^\n\r]")


@dataclass(frozen=True)
class Document:
    """One file: ``uri`` is its path from the root, ``sql`` UTF-8 without a byte order mark."""

    uri: str
    sql: bytes

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _LINE.finditer(self.sql))]

    def place(self, offset: int) -> Location:
        """The line and column of a byte."""
        line = bisect_right(self._starts, offset)
        before = self.sql[self._starts[line - 1] : offset]
        return Location(self.uri, line, len(before.decode("utf-8", "replace")) + 1)

    def blanked(self, *spans: tuple[int, int]) -> Document:
        """The same document, its places unmoved, with these bytes made spaces."""
        sql = bytearray(self.sql)
        for start, end in spans:
            sql[start:end] = _VISIBLE.sub(b" ", bytes(sql[start:end]))
        return Document(self.uri, bytes(sql))
