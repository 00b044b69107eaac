"""What looking at one file for SQL came to: nothing but values, so that it can be kept and merged."""

from __future__ import annotations

import msgspec

from pgconform.request import Statement
from pgconform.shape import Location


class Taker(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function whose parameter is a statement: its number, the driver that runs it, and its placeholders' style."""

    parameter: int
    engine: str
    api: str
    style: str


class SqlSeen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement that a call in ``uri`` is handed; None where it is not judged, and ``why`` says why.

    ``ours``: the driver is one of Postgres, so that it counts which database the file speaks to. ``makes`` is its SQL
    where that makes or alters something in a database that is not known.
    """

    uri: str
    at: Location
    statement: Statement | None = None
    why: str = ""
    ours: bool = True
    makes: str = ""


class SqlOutcome(msgspec.Struct, frozen=True, array_like=True):
    """All of one file; ``takers`` are functions by scope that are handed a statement."""

    seen: tuple[SqlSeen, ...] = ()
    takers: tuple[tuple[int, Taker], ...] = ()
