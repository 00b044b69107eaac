"""Columns of a statement's rows that a program takes by their number, and rows that a statement does not give."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgconform.request import Read, Result
from pgconform.sql.parts import OfStatement
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_STAR = deferred(r"(?:\bselect\s+(?:distinct\s+)?|\breturning\s+|,\s*)(?:[\w\"]+\.)?\*", re.IGNORECASE)


class PlacePair(OfStatement):
    """A row taken apart, or asked for a column by its number; ``results`` are the columns it has."""

    site = True

    def __init__(self, statement: StatementPair, read: Read, results: tuple[Result, ...]) -> None:
        super().__init__(statement, read.at)
        self.read = read
        self.results = results
        self.number = int(read.key.value)

    @property
    def fits(self) -> bool:
        """The row has that column, or that many."""
        count = len(self.results)
        return self.number == count if self.read.method == "unpack" else -count <= self.number < count

    @property
    def starred(self) -> bool:
        """A ``*`` says how many columns there are, so that it changes with the table."""
        return bool(_STAR.search(self.statement.normal.sql))


class RowlessPair(OfStatement):
    """A statement that gives no rows, where the first is read."""

    site = True
