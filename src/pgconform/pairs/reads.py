"""Keys read of rows that a request or a statement gives, beside the names under which their values arrive."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import TypeVar

from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.request import Read
from pgconform.shape import Field, Labels, Location, Scalar, Type
from pgconform.support.names import nearest

T = TypeVar("T")
_TRUE = frozenset({"uuid", "date", "time", "timetz", "timestamp", "timestamptz"})
"""Types whose values no test takes for false, as objects or as texts."""


def at_most(read: Read, names: Collection[str], column: Callable[[str], Field | None]) -> Severity | None:
    """How grave it can be that a row has no such key; None where no row is read so, as tests of its others have it.

    ``column`` is what the truth has of a name. It is a warning where only values that are false lead there.
    """
    found = Severity.ERROR
    for key, kind, holds in read.where:
        if holds and key not in names:
            return None
        if holds or key not in names:
            continue
        field = column(key)
        filled = kind == "has" or (field is not None and field.nullable is False)
        if filled and (kind != "gives" or (field and _is_true(field.type))):
            return None
        found = Severity.WARNING if filled else found
    return found


def _is_true(type_: Type) -> bool:
    return "" not in type_.values if isinstance(type_, Labels) else isinstance(type_, Scalar) and type_.kind in _TRUE


class ReadPair:
    """A key read from a row, and the names that the row has.

    ``by`` is what gives the row: "request" or "statement"; of ``requests`` each may. ``column``: the relation has a
    column of that name, though it is not selected. ``origin`` is the column that the value comes from, "" where that is
    not known. ``also`` are further keys that the same object needs as much, whose own pairs are ``told`` with this one.
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
        self.also: tuple[str, ...] = ()
        self.told = False
        self.at: Location | None = read.at

    @property
    def lacks(self) -> bool:
        """The row has no such key, which is read or needed."""
        return self.read.key.value not in self.names and (self.read.method != "model" or self.read.required)


def together(pairs: Iterable[T]) -> list[T]:
    """The pairs; where one object lacks several keys, and none like them is there, the first of these tells all."""
    found = list(pairs)
    heads: dict[tuple[object, ...], ReadPair] = {}
    for pair in found:
        if not isinstance(pair, ReadPair) or pair.read.method != "model" or not pair.lacks:
            continue
        key = pair.read.key.value
        if pair.column or not nearest(key, pair.names):
            head = heads.setdefault((pair.at, pair.holder, pair.by, pair.names, pair.column, pair.requests), pair)
            if head is not pair and not pair.told:
                head.also, pair.told = (*head.also, key), True
    return found
