"""What pgconform wrote into a document, beside what the truth says now."""

from __future__ import annotations

from typing import Literal

from pgconform.pairs.alone import Alone
from pgconform.shape import Location


class ManagedPair(Alone):
    """A managed block or a page: ``state`` is what is wrong with it, and ``what`` names it for a person.

    "stale": the schema has changed since; "edited": somebody wrote in it; "broken": ``reason`` says why it cannot be
    written at all.
    """

    source = "document"

    def __init__(self, at: Location, what: str, state: Literal["stale", "edited", "broken"], reason: str = "") -> None:
        self.at = at
        self.what = what
        self.state = state
        self.reason = reason
