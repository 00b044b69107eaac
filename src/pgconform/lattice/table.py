"""The notation of the tables, and what a cell says.

A line is ``kind kind …: form form … ; rare form …``. In a table of what is taken a form may end in a mark: ``~`` it is
changed silently, ``?`` some values of it are refused, ``%`` the same where that is the target's purpose, ``-`` it is
refused, ``!`` it is not known; no mark: it is held as it is. ``*`` stands for every form that the line does not name.
``?=v`` and ``~=v`` name the value that fares badly, where it is not the form's first. ``a|b`` are alternatives: whoever
takes one of them is not blamed for refusing the others. Spaces in values are written ``_``.
"""

from __future__ import annotations

from typing import NamedTuple

from pgconform.lattice.verdict import Verdict
from pgconform.support.patterns import deferred

_MARKS = {
    "": Verdict.YES,
    "~": Verdict.LOSSY,
    "?": Verdict.SOME,
    "%": Verdict.SOME,
    "-": Verdict.NO,
    "!": Verdict.UNKNOWN,
}
_CELL = deferred(r"(?P<form>\*|[a-z0-9_]+)(?P<mark>[~?%!-]?)(?:=(?P<value>\S+))?")


class Cell(NamedTuple):
    """How one form fares: the verdict, the value that proves it ("" for the form's own), and whether it is meant."""

    verdict: Verdict
    witness: str = ""
    rare: bool = False


class Arrival(NamedTuple):
    """Forms of which at least one is meant to be taken, and whether few databases hold them."""

    forms: tuple[str, ...]
    rare: bool = False


REFUSED = Cell(Verdict.NO)


def lines(text: str) -> list[tuple[list[str], str]]:
    """Each line's kinds and the rest."""
    parts = (line.split(":", 1) for line in text.strip().splitlines())
    return [(kinds.split(), rest) for kinds, rest in parts]


def arrivals(text: str) -> dict[str, tuple[Arrival, ...]]:
    """A table of the forms in which the values of a kind come."""
    return {kind: _arrivals(rest) for kinds, rest in lines(text) for kind in kinds}


def _arrivals(text: str) -> tuple[Arrival, ...]:
    usual, _, rare = text.partition(";")
    return (
        *(Arrival(tuple(item.split("|"))) for item in usual.split()),
        *(Arrival(tuple(item.split("|")), rare=True) for item in rare.split()),
    )


def takes(text: str) -> dict[str, dict[str, Cell]]:
    """A table of the forms that a kind takes."""
    return {kind: dict(map(_cell, rest.split())) for kinds, rest in lines(text) for kind in kinds}


def _cell(text: str) -> tuple[str, Cell]:
    match = _CELL.fullmatch(text)
    if match is None:
        raise ValueError(f"no cell of a table: {text}")
    mark = match["mark"]
    return match["form"], Cell(_MARKS[mark], (match["value"] or "").replace("_", " "), mark == "%")
