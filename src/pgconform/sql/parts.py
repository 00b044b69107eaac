"""What is said of one part of a program's statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.finding import Severity

if TYPE_CHECKING:
    from pgconform.shape import Location
    from pgconform.sql.pairs import StatementPair


class OfStatement:
    """Something more about one statement, at its place unless it has one of its own."""

    site = False
    unjudged = None
    source = "statement"
    subject = ""
    relation_name = ""
    ceiling = Severity.ERROR
    truth_at = None

    def __init__(self, statement: StatementPair, at: Location | None = None) -> None:
        self.statement = statement
        self.holder = statement.holder
        self.at = at or statement.claim.at
