"""What was made of a schema once, a snapshot, PostgREST's schema cache or a generated file, beside the schema."""

from __future__ import annotations

from pgconform.drift.differences import Difference
from pgconform.finding import Severity
from pgconform.pairs.alone import Alone
from pgconform.schema import Schema
from pgconform.shape import Location


class SnapshotPair(Alone):
    """The snapshot's file, and how the database differs from what it says."""

    source = "snapshot"

    def __init__(self, file: str, found: tuple[Difference, ...]) -> None:
        self.file = file
        self.found = found
        self.at = Location(file, 1)


class ApiPair(Alone):
    """What PostgREST has in its schema cache, beside the database itself.

    ``absent`` are the relations that it was asked for and does not know; without it, all that ``api`` does not have.
    """

    source = "api"
    ceiling = Severity.ERROR
    at = None

    def __init__(self, truth: Schema, api: Schema, absent: frozenset[str] | None = None) -> None:
        self.truth = {relation.qualified: relation for relation in truth.relations}
        self.api = {relation.qualified: relation for relation in api.relations}
        self.absent = self.truth.keys() - self.api.keys() if absent is None else absent


class GeneratedPair(Alone):
    """A generated file beside what would be generated now.

    ``edited``: somebody changed it since. ``outdated``: the schema did, in something the file speaks of; None where the
    truth says too little to tell. ``command`` writes it anew.
    """

    source = "generated"

    def __init__(self, file: str, *, edited: bool, outdated: bool | None, command: str) -> None:
        self.file = file
        self.edited = edited
        self.outdated = outdated
        self.command = command
        self.at = Location(file, 1)
