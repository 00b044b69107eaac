"""Keys read of rows that a request or a statement gives, beside the names under which their values arrive."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.request import Read
from pgconform.shape import Location


class ReadPair:
    """A key read from a row, and the names that the row has.

    ``by`` is what gives the row: "request" or "statement"; of ``requests`` each may. ``column``: the relation has a
    column of that name, though it is not selected. ``origin`` is the column that the value comes from, "" where that is
    not known.
    """

    site = True
    unjudged = None
    truth_at = None

    def __init__(self, world: World, read: Read, names: tuple[str, ...], by: str, holder: str) -> None:
        self.world = world
        self.read = read
        self.names = names
        self.by = by
        self.holder = holder
        self.subject = ""
        self.relation_name = ""
        self.source = "query" if by == "request" else by
        self.ceiling = Severity.ERROR
        self.requests = 1
        self.column = False
        self.origin = ""
        self.at: Location | None = read.at
