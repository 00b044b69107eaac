"""What looking at one file for SQL came to: nothing but values, so that it can be kept and merged."""

from __future__ import annotations

import msgspec

from pgconform.request import Statement
from pgconform.shape import Location


class Handed(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The parameter ``index`` of a function of the project, which its callers hand a connection."""

    uri: str
    scope: int
    index: int


class Handing(msgspec.Struct, frozen=True, array_like=True):
    """What a call hands over ``to`` a parameter: of these ``drivers`` ("": nobody knows which), or ``passed`` on."""

    to: Handed
    drivers: tuple[str, ...]
    passed: tuple[Handed, ...]


class Taker(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A function whose parameter is a statement: its number, the driver that runs it, and its placeholders' style.

    ``handed`` are parameters whose callers decide which driver that is. Where the statement is only a part of what is
    handed over, ``path`` is how the function gets there: the operations that are calls, then that of the statement.
    ``shared``: it hands the same to a driver of another database too. ``values`` is the parameter of what it hands over
    beside, or -1; ``either``: it hands a statement over with them or without, as it is given some. ``remade``: it may
    hand over another text that it makes of the statement, with other placeholders.
    """

    parameter: int
    engine: str
    api: str
    style: str
    handed: tuple[Handed, ...] = ()
    path: tuple[int, ...] = ()
    shared: bool = False
    values: int = -1
    either: bool = False
    remade: bool = False


class Maker(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement ``at`` a place whose text ``sql`` makes or alters something of which callers decide the names.

    ``path`` is how its function gets there: the operations that are calls, then that of the text. ``said`` is the text
    as far as these calls decide it.
    """

    path: tuple[int, ...]
    at: Location
    sql: str
    said: str


class SqlSeen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A statement that a call in ``uri`` is handed; where it is not judged ``why`` says why.

    Of one that has both, other files decide: callers, of ``handed``, or where the engines of a ``toolkit`` are made.

    ``ours``: the driver is one of Postgres, so that it counts which database the file speaks to. ``makes`` is its SQL
    where that makes or alters something in a database that is not known.
    """

    uri: str
    at: Location
    statement: Statement | None = None
    why: str = ""
    ours: bool = True
    makes: str = ""
    handed: tuple[Handed, ...] = ()
    toolkit: bool = False


class SqlOutcome(msgspec.Struct, frozen=True, array_like=True):
    """All of one file. By scope, ``takers`` are functions that are handed a statement, ``makers`` what others make."""

    seen: tuple[SqlSeen, ...] = ()
    takers: tuple[tuple[int, Taker], ...] = ()
    makers: tuple[tuple[int, Maker], ...] = ()
