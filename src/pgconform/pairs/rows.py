"""What the rows of a database show of a claim: how many it refuses, and which labels a lookup table has."""

from __future__ import annotations

from typing import NamedTuple

from pgconform.pairs.pair import FieldPair, OfField


class Counted(NamedTuple):
    """``refused`` of ``total`` rows are. ``sure``: no others; ``every``: these are all the rows that there are."""

    refused: int
    total: int
    sure: bool = True
    every: bool = True


class CountedPair(OfField):
    """A claim that takes only ``takes``, rows with other values, and the statement that finds them."""

    def __init__(self, field: FieldPair, takes: str, rows: Counted, statement: str) -> None:
        super().__init__(field)
        self.takes = takes
        self.rows = rows
        self.statement = statement


class LookupPair(OfField):
    """A closed set that a claim knows, ``mine``, and the keys of the table that the column refers to, ``theirs``."""

    def __init__(self, field: FieldPair, mine: tuple[str, ...], theirs: tuple[str, ...], table: str) -> None:
        super().__init__(field)
        self.mine = mine
        self.theirs = theirs
        self.table = table
