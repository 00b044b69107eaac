"""What PostgREST in particular would say of a request, beside the truth: pairs for the rules of requests and embeds."""

from __future__ import annotations

from typing import Any

import msgspec

from pgconform.finding import Severity
from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.plan import Level
from pgconform.postgrest.relationships import Relationship
from pgconform.postgrest.syntax import Column, ColumnRef, Embed, Operation, Refusal
from pgconform.request import Filter, Query
from pgconform.schema import Argument, Function, Relation, Unread
from pgconform.shape import Field, Location, Type


class Part(msgspec.Struct, frozen=True, eq=False):
    """Which request a pair is about, what of the truth it concerns, and where it stands."""

    query: Query
    world: World
    config: PostgrestConfig
    subject: str
    relation_name: str
    at: Location | None


class RequestPart(msgspec.Struct, frozen=True, eq=False):
    """A part of one request, with what `check` asks of every pair."""

    part: Part

    @property
    def subject(self) -> str:
        return self.part.subject

    @property
    def relation_name(self) -> str:
        return self.part.relation_name

    @property
    def at(self) -> Location | None:
        return self.part.at

    @property
    def query(self) -> Query:
        return self.part.query

    @property
    def source(self) -> str:
        return "query"

    @property
    def holder(self) -> str:
        return self.part.query.holder

    @property
    def ceiling(self) -> Severity:
        """A request that stands in for another when that one fails may be meant to fail."""
        return Severity.INFO if self.part.query.fallback else Severity.ERROR

    @property
    def site(self) -> bool:
        return False

    @property
    def unjudged(self) -> Unread | None:
        return None

    @property
    def truth_at(self) -> Location | None:
        return None


class DynamicPair(RequestPart, frozen=True, eq=False):
    """A part that a program computes."""

    reason: Unread

    @property
    def site(self) -> bool:
        return True

    @property
    def unjudged(self) -> Unread | None:
        return self.reason


class TextPair(RequestPart, frozen=True, eq=False):
    """A text that does not parse, or of which the server reads only the beginning.

    ``place`` is "select", "filter", "value", "or", "order", "embed path" or "on_conflict". ``text`` is as the server
    gets it. ``ignored`` is what it leaves unread.
    """

    place: str
    text: str
    refusal: Refusal | None = None
    ignored: str = ""


class ReservedPair(RequestPart, frozen=True, eq=False):
    """A filter, or an argument of a call by GET, on a column whose name the query string reserves."""

    name: str
    argument: bool = False


class EmbedPair(RequestPart, frozen=True, eq=False):
    """An embed of ``parent`` and the relationships it may mean; ``known``: all of them are in view."""

    parent: Level
    embed: Embed
    found: tuple[Relationship, ...]
    available: tuple[Relationship, ...]
    known: bool

    @property
    def site(self) -> bool:
        return True

    @property
    def unjudged(self) -> Unread | None:
        if self.found or self.known:
            return None
        return Unread(f"{self.parent.name} is only partly known", "partly known", self.parent.name, self.at)


class UnselectedPair(RequestPart, frozen=True, eq=False):
    """A filter, order or limit on an embed that the request does not select. ``role`` says which."""

    level: Level
    name: str
    role: str


class RelatedOrderPair(RequestPart, frozen=True, eq=False):
    """Rows ordered by a column of an embed; ``outputs`` are the names the embed gives, None where not all are known."""

    level: Level
    column: str
    outputs: tuple[str, ...] | None


class LevelPair(RequestPart, frozen=True, eq=False):
    """One level of a request, for what is to be said of all its items together."""

    level: Level
    root: bool


class CastPair(RequestPart, frozen=True, eq=False):
    """A cast in a select: from a column's type to a name. ``path`` are the schemas where the name is looked for."""

    item: Column
    type: Type
    cast: str
    path: tuple[str, ...]


class PathPair(RequestPart, frozen=True, eq=False):
    """A JSON path on a column of this type, None where that is not known."""

    ref: ColumnRef
    type: Type | None
    role: str


class ComparisonPair(RequestPart, frozen=True, eq=False):
    """A column of a known type compared with something. ``type`` is the type after the JSON path.

    ``stored`` is the column itself where there is no path; ``call`` the client's call, None inside a logic text.
    """

    ref: ColumnRef
    column: Type
    type: Type
    operation: Operation
    call: Filter | None
    stored: Field | None


class MisvaluePair(RequestPart, frozen=True, eq=False):
    """A constant that the server cannot read as the type of the column named ``name``.

    ``here``: it stands in the call itself. ``long``: it is only too long, or too large.
    """

    name: str
    type: Type
    text: str
    here: bool
    long: bool = False


class SortPair(RequestPart, frozen=True, eq=False):
    """Rows ordered by a column of a known type."""

    ref: ColumnRef
    type: Type


class UnreturnedPair(RequestPart, frozen=True, eq=False):
    """The rows of a call ordered or filtered (``role``) by a column of theirs that the call does not select."""

    name: str
    role: str = "ordered"


class CountedPair(RequestPart, frozen=True, eq=False):
    """An embed that is read as a list though it gives one row (``one``), or as one row though it gives a list."""

    name: str
    one: bool


class AggregatePair(RequestPart, frozen=True, eq=False):
    """An aggregate of values of this type; ``rows``: they are rows of a function."""

    name: str
    type: Type
    aggregate: str
    rows: bool = False


class UngroupedPair(RequestPart, frozen=True, eq=False):
    """A column that has no place beside an aggregate. ``why``: "order", "ambiguous", "equality" or "function".

    "function": it is no column, but a function of all rows.
    """

    name: str
    why: str


class SetPair(RequestPart, frozen=True, eq=False):
    """A filter on a function that returns rows, or on an ``aggregate``; ``written``: a write selects the former."""

    name: str
    written: bool = False
    aggregate: bool = False


class RequestPair(RequestPart, frozen=True, eq=False):
    """A request as a whole. ``relation`` is what it is about, ``key`` its primary key, ``level`` its select."""

    relation: Relation | None
    schema: str
    key: tuple[str, ...]
    level: Level


class CallPair(RequestPart, frozen=True, eq=False):
    """A call: all functions of that name, those that can be called, those that take these arguments.

    ``sent`` are the names that are surely given; ``given`` the same where no other can be, else None.
    """

    schema: str
    name: str
    named: tuple[Function, ...]
    callable: tuple[Function, ...]
    matching: tuple[Function, ...]
    sent: frozenset[str]
    given: frozenset[str] | None
    by_get: bool

    @property
    def site(self) -> bool:
        return True

    @property
    def function(self) -> Function | None:
        """The one function that is called."""
        return self.matching[0] if len(self.matching) == 1 else None

    @property
    def known(self) -> bool:
        """All functions of that name are in view."""
        return not self.part.world.unmade(self.name, self.schema)

    @property
    def unjudged(self) -> Unread | None:
        if self.matching or self.known:
            return None
        return Unread(f"{self.name} is only partly known", "partly known", self.name, self.at)

    def others(self) -> set[str]:
        """The names of the functions of that schema."""
        functions = self.part.world.truth.functions
        return {
            item.name
            for item in functions
            if item.schema == self.schema and item.kind == "function" and not item.extension
        }


class ArgumentPair(RequestPart, frozen=True, eq=False):
    """An argument sent to the one function that is called.

    ``values`` are all it can be, as JSON has them; None where they are not constants. ``here``: they stand in the call
    itself. ``represented``: the parameter's type may read texts of its own.
    """

    function: Function
    argument: Argument
    claim: Field
    values: tuple[Any, ...] | None
    here: bool
    by_get: bool
    represented: bool
