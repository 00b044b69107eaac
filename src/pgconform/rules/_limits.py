"""The limits on a column's values and a claim's, held against each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pgconform.constraints.edges import Edge
from pgconform.finding import Finding, Rebound, Severity
from pgconform.pairs.pair import FieldPair
from pgconform.rules._wording import fails, milder
from pgconform.schema import Access


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
