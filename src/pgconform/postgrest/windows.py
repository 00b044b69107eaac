"""Which of its rows a request asks for, as PostgREST reads its limits and offsets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pgconform.request import Order


@dataclass(frozen=True)
class Window:
    """``limit`` rows after ``offset`` others, as the last calls that the server heeds say; ``call`` is the limit's."""

    call: Order
    limit: int
    offset: int = 0

    @property
    def is_empty(self) -> bool:
        """The server reads it as a limit of 0: nothing is asked for, whatever comes before that."""
        return self.offset + self.limit == 0

    @property
    def lacking(self) -> int:
        """How many rows less than none are asked for; those before the first do not count."""
        return 0 if self.is_empty else -min(0, self.offset + self.limit - max(0, self.offset))

    @property
    def ends_before_it_begins(self) -> bool:
        """It has no rows, and is not read as a limit of 0 either."""
        return not self.is_empty and self.offset + self.limit <= max(0, self.offset)


def asks_for_none(orders: Iterable[Order]) -> bool:
    """No rows are asked for, so that what would make them (a function, an embed) is not worked out."""
    return (window := windows(orders).get(None)) is not None and window.is_empty


def windows(orders: Iterable[Order]) -> dict[str | None, Window]:
    """What is asked for of the rows of the request, by None, and of its embeds, by their names, where all is known."""
    limits: dict[str | None, Order] = {}
    offsets: dict[str | None, Order] = {}
    for call in orders:
        table = call.foreign_table.value if call.foreign_table else None
        if call.method in ("limit", "range"):
            limits[table] = call
        if call.method in ("offset", "range"):
            offsets[table] = call
    found: dict[str | None, Window] = {}
    for table, call in limits.items():
        offset = offsets[table].start if table in offsets else 0
        if call.count is not None and offset is not None:
            found[table] = Window(call, call.count, offset)
    return found
