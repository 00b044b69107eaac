"""The committed snapshot beside the database itself."""

from __future__ import annotations

from pgconform.drift.differences import Difference
from pgconform.finding import Severity
from pgconform.shape import Location


class SnapshotPair:
    """The snapshot's file, and how the database differs from what it says."""

    site = False
    unjudged = None
    subject = ""
    relation_name = ""
    source = "snapshot"
    holder = ""
    ceiling = Severity.WARNING
    truth_at = None

    def __init__(self, file: str, found: tuple[Difference, ...]) -> None:
        self.file = file
        self.found = found
        self.at = Location(file, 1)
