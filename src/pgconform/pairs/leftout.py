"""A file of SQL that is no part of the truth, beside what of the claims it speaks of."""

from __future__ import annotations

from pgconform.finding import Severity
from pgconform.shape import Location


class LeftOutPair:
    """``names`` are what it makes or alters, and claims miss; ``places`` counts where they do."""

    site = False
    unjudged = None
    subject = ""
    relation_name = ""
    source = "truth"
    holder = ""
    ceiling = Severity.WARNING
    truth_at = None

    def __init__(self, at: Location, names: tuple[str, ...], places: int) -> None:
        self.at = at
        self.names = names
        self.places = places
