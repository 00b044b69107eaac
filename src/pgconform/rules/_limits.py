"""The limits on a column's values and a claim's, brought to one form and held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from pgconform.finding import Finding, Rebound, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder
from pgconform.schema import Access
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


class Wording(NamedTuple):
    """How a rule speaks of its limit: "" or a unit of length, and what breaking it gives."""

    unit: str
    error: str

    def said(self, edge: Edge) -> str:
        if not self.unit:
            return str(edge)
        return f"at {'most' if edge.sign > 0 else 'least'} {edge.at} {self.unit}"

    def limit(self, edge: Edge) -> str:
        """The limit's name in a change."""
        if not self.unit:
            return edge.limit
        return "max_length" if edge.sign > 0 else "min_length"

    def witness(self, edge: Edge) -> str:
        return f"{edge.outside} {self.unit}".strip()


def compared(pair: FieldPair, theirs: Edge | None, mine: Edge | None, say: Wording) -> Iterator[Finding]:
    """What the claim may send and the column refuses, and what the column may hold and the claim refuses."""
    if pair.access.writes and theirs and (mine is None or mine.beyond(theirs)):
        yield Finding(
            milder(pair.relation, Severity.WARNING) if mine else Severity.INFO,
            f"{pair.subject} takes {say.said(theirs)}, {pair.claimed} {say.said(mine) if mine else 'any'}",
            consequence=fails(pair.relation, say.error),
            witness=say.witness(theirs),
            change=Rebound(say.limit(theirs), f"{theirs.at:f}"),
        )
    elif pair.access.reads and mine and (theirs is None or theirs.beyond(mine)):
        yield Finding(
            milder(pair.relation, Severity.WARNING) if theirs else Severity.INFO,
            f"{pair.claimed} takes {say.said(mine)}, {pair.subject} {say.said(theirs) if theirs else 'any'}",
            consequence="a row with such a value fails validation",
            witness=say.witness(mine),
            change=Rebound(say.limit(theirs or mine), f"{theirs.at:f}" if theirs else None),
            safe=pair.access is Access.READ,
        )
