"""The limits on a field's values, of its type and its bounds, in one form: the ends of a range."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from pgconform.shape import Bounds, Field, Scalar, Type

WHOLE = ("int2", "int4", "int8", "py.int", "py.strict_int")


class Edge(NamedTuple):
    """One end of a range: ``at`` itself is in it unless ``open``. ``sign`` is 1 of an upper end, -1 of a lower one."""

    at: Decimal
    open: bool
    sign: int

    def beyond(self, other: Edge) -> bool:
        """This end lets values pass that the other one stops."""
        mine, others = self.at * self.sign, other.at * self.sign
        return mine > others or (mine == others and other.open and not self.open)

    @property
    def limit(self) -> str:
        return ("l" if self.sign > 0 else "g") + ("t" if self.open else "e")

    def __str__(self) -> str:
        mark = "<" if self.sign > 0 else ">"
        return f"{mark}{'' if self.open else '='} {self.at:f}"

    @property
    def outside(self) -> str:
        """A value just past this end."""
        return f"{self.at if self.open else self.at + self.sign:f}"


def is_whole(type_: Type) -> bool:
    return isinstance(type_, Scalar) and type_.kind in WHOLE


def ends(field: Field, *, whole: bool) -> tuple[Edge | None, Edge | None]:
    """(the lower, the upper) end of the numbers a field takes; None where nothing is said."""
    bounds = field.bounds or Bounds()
    listed = sorted(value for label in bounds.labels or () if (value := number(label)) is not None)
    if listed and len(listed) == len(bounds.labels or ()):
        return Edge(listed[0], False, -1), Edge(listed[-1], False, 1)
    return _end(bounds.ge, bounds.gt, -1, whole), _end(bounds.le, bounds.lt, 1, whole)


def _end(closed: str | None, opened: str | None, sign: int, whole: bool) -> Edge | None:
    said = ((number(closed), False), (number(opened), True))
    found = [Edge(value, is_open, sign) for value, is_open in said if value is not None]
    if whole:
        found = [Edge(edge.at - sign, False, sign) if edge.open else edge for edge in found]
    return min(found, key=lambda edge: (edge.at * sign, not edge.open), default=None)


def number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation:
        return None


def lengths(field: Field, type_: Type | None = None) -> tuple[Edge | None, Edge | None]:
    """(the least, the most) characters or items a field takes: of its limits and of varchar(n)."""
    bounds = field.bounds or Bounds()
    most = [bounds.max_length] if bounds.max_length is not None else []
    kind = type_ or field.type
    if isinstance(kind, Scalar) and kind.kind in ("varchar", "bpchar") and kind.size:
        most.append(kind.size[0])
    least = Edge(Decimal(bounds.min_length), False, -1) if bounds.min_length else None
    return least, Edge(Decimal(min(most)), False, 1) if most else None
