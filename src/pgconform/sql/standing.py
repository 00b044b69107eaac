"""What stands for parts of a statement that are not known, and what it leaves open."""

from __future__ import annotations

import enum
from typing import NamedTuple

PARAMETER = "$"
"""A value, sent by itself."""


class Open(enum.Flag):
    """What a server's answer does not prove of a statement of which parts are not known."""

    NOTHING = 0
    VALUES = enum.auto()
    """Types, and how many values there are."""
    LITERALS = enum.auto()
    """Whether a driver puts values into literals."""
    OUTPUT = enum.auto()
    """Columns without their relation's name in what may refer to the output: ``GROUP BY``, ``ORDER BY``."""
    SOURCES = enum.auto()
    """Columns without their relation's name: there may be more relations."""
    COLUMNS = enum.auto()
    """Columns."""
    ROWS = enum.auto()
    """Which columns the rows have."""
    GROUPS = enum.auto()
    """By what the rows are grouped."""
    LISTED = enum.auto()
    """What an INSERT leaves out."""


class StandIn(NamedTuple):
    """A text for what is between two offsets, and what it leaves open."""

    start: int
    end: int
    text: str
    leaves: Open = Open.VALUES


class UnknownPartError(Exception):
    """Nothing can stand for a part."""
