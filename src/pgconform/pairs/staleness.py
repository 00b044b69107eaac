"""What was made of a schema once, a snapshot, PostgREST's schema cache or a generated file, beside the schema."""

from __future__ import annotations

from pgconform.drift.differences import Difference
from pgconform.finding import Severity
from pgconform.schema import Schema
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


class ApiPair:
    """What PostgREST has in its schema cache, beside the database itself.

    ``absent`` are the relations that it was asked for and does not know; without it, all that ``api`` does not have.
    """

    site = False
    unjudged = None
    subject = ""
    relation_name = ""
    source = "api"
    holder = ""
    ceiling = Severity.ERROR
    at = None
    truth_at = None

    def __init__(self, truth: Schema, api: Schema, absent: frozenset[str] | None = None) -> None:
        self.truth = {relation.qualified: relation for relation in truth.relations}
        self.api = {relation.qualified: relation for relation in api.relations}
        self.absent = self.truth.keys() - self.api.keys() if absent is None else absent


class GeneratedPair:
    """A generated file beside what would be generated now.

    ``edited``: somebody changed it since. ``outdated``: the schema did, in something the file speaks of; None where the
    truth says too little to tell. ``command`` writes it anew.
    """

    site = False
    unjudged = None
    subject = ""
    relation_name = ""
    source = "generated"
    holder = ""
    ceiling = Severity.WARNING
    truth_at = None

    def __init__(self, file: str, *, edited: bool, outdated: bool | None, command: str) -> None:
        self.file = file
        self.edited = edited
        self.outdated = outdated
        self.command = command
        self.at = Location(file, 1)
