"""How a report is to look: what the surface can show and what the person asked for."""

from __future__ import annotations

import msgspec


class Look(msgspec.Struct, frozen=True):
    """``width`` is in terminal cells. ``links`` is the directory a terminal's links start from, "" for no links.

    ``up`` leads from the working directory to the root that places are relative to ("../", or nothing), ``here``
    from the root to the working directory, where that is below, and ``within`` from the top of its repository to the
    root ("backend/", or nothing). ``notes``,
    ``unjudged``, ``statistics`` and ``tables`` add those parts. ``version`` is the tool's own. For a report that shows
    them, ``texts`` are those of files by the paths of their findings, and ``pages`` those of rules by their codes.
    """

    width: int = 100
    colour: bool = False
    links: str = ""
    up: str = ""
    here: str = ""
    within: str = ""
    notes: bool = False
    unjudged: bool = False
    statistics: bool = False
    tables: bool = False
    version: str = ""
    texts: dict[str, str] = {}
    pages: dict[str, str] = {}
