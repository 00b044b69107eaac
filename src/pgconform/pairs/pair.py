"""Pairs: a claim beside the truth it is about, with the direction resolved, so that rules only look and say.

A missing half is None: a claim of something that does not exist, or something a whole claim leaves out.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import replace

from pgconform.constraints.instead import diverts
from pgconform.finding import Severity
from pgconform.pairs.alone import Alone
from pgconform.pairs.fitting import fit, gravity
from pgconform.pairs.world import World
from pgconform.schema import Access, Key, Link, Relation, Unread
from pgconform.shape import Field, Location, Scalar, Type, Union, Unknown

if TYPE_CHECKING:
    from pgconform.drift.differences import Difference
    from pgconform.lattice import Fit

_NONE = Scalar("py.none")
_SENDING = frozenset({Access.INSERT, Access.UPDATE})
SENT = frozenset({"query", "payload", "statement"})
RUN = SENT | {"row"}
"""Kinds of claims that a program makes as it runs, and that describe nothing for good."""
TOLD = frozenset({"document"})
CACHED = frozenset({"cache", "entry"})
_TELLING = 0.8


class Pair(Protocol):
    """What `check` asks of a pair, of whatever kind.

    ``relation_name`` is the qualified name of the truth's relation, "" without one. ``ceiling`` is the most that can be
    said of this claim. ``site``: a claimant speaks here, so that it counts as judged or, with ``unjudged``, as not.
    """

    @property
    def subject(self) -> str: ...
    @property
    def relation_name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def ceiling(self) -> Severity: ...
    @property
    def site(self) -> bool: ...
    @property
    def unjudged(self) -> Unread | None: ...
    @property
    def at(self) -> Location | None: ...
    @property
    def truth_at(self) -> Location | None: ...


class RelationPair:
    """A claim about a relation, and that relation or None.

    ``sent``: the claim is itself what reaches the server, no description of values that may. ``told``: it only tells
    people, or their agents, what the truth is; nothing runs it. ``cached``: it is of entries in a cache.
    """

    site = True

    def __init__(self, world: World, truth: Relation | None, claim: Relation) -> None:
        self.world = world
        self.truth = truth
        self.claim = claim
        self.source = claim.kind
        self.holder = claim.holder
        self.access = claim.access
        self.certain = claim.certain
        self.sent = claim.kind in SENT
        self.told = claim.kind in TOLD
        self.cached = claim.kind in CACHED
        self.at = claim.at
        self.truth_at = truth.at if truth else None

    @cached_property
    def subject(self) -> str:
        return display_name(self.world, self.truth or self.claim)

    @property
    def relation_name(self) -> str:
        return self.truth.qualified if self.truth else ""

    @property
    def ceiling(self) -> Severity:
        """A description that nothing runs cannot fail, and an inferred binding is never sure enough for an error."""
        return Severity.ERROR if self.certain and not self.told else Severity.WARNING

    @cached_property
    def known(self) -> bool:
        """The relation exists and all of it is in view, so that absence of a column is a fact."""
        return self.truth is not None and self.world.unfolded(self.truth).whole and not self.half_seen

    @cached_property
    def telling(self) -> bool:
        """What only its name binds may be another thing of that name, unless nearly all that it reads are columns."""
        if self.certain or not self.access.reads or self.truth is None:
            return self.certain
        columns = self.world.fields(self.truth)
        return sum(field.name in columns for field in self.claim.fields) >= _TELLING * len(self.claim.fields)

    @property
    def half_seen(self) -> bool:
        relation = self.truth or self.claim
        return self.world.half_seen(relation.name, relation.schema)

    @property
    def unjudged(self) -> Unread | None:
        if self.truth is None and self.half_seen:
            return Unread(f"{self.subject} is only partly known", "partly known", self.subject, self.at)
        return None


class FieldPair:
    """A claim about a column, and that column; ``claim`` None: a whole claim leaves the column out.

    ``stored`` is the base column behind a view's, whose limits hold and which a write reaches; it has none where a
    rule, or a trigger of a view, does something of its own with what is written. ``computed``: a view works the column
    out, so that nothing can be written to it. ``bare``: the claim only names a column that is there, and no rule has
    anything to compare.
    """

    def __init__(self, relation: RelationPair, truth: Field | None, claim: Field | None) -> None:
        self.relation = relation
        self.truth = truth
        self.claim = claim
        self.world = relation.world
        self.source = relation.source
        self.holder = relation.holder
        self.access = relation.access
        self.told = relation.told
        self.site = claim is not None
        self.computed = False
        self.stored = self._stored(truth) if truth else None
        self.bare = (
            truth is not None
            and claim is not None
            and claim.nullable is None
            and claim.bounds is None
            and (claim.default is None or not relation.told)
            and type(claim.type) is Unknown
            and not relation.access.writes
        )

    def _stored(self, truth: Field) -> Field:
        relation = self.relation.truth
        if relation is None or self.access not in _SENDING:
            return self.world.stored(truth) if truth.origin else truth
        home, column = self.world.reached(relation, truth, self.access.value)
        if not diverts(home, self.access.value):
            self.computed = not column.origin and _works_out(home, self.access.value)
            return column
        free = replace(column, nullable=None, filled=None, bounds=None)
        return replace(free, generated="", identity="") if home.kind == "view" else free

    @property
    def name(self) -> str:
        field = self.truth or self.claim
        return field.name if field else ""

    @property
    def subject(self) -> str:
        return f"{self.relation.subject}.{self.name}"

    @property
    def claimed(self) -> str:
        """The claim in its own words: ``Document.title``."""
        word = (self.claim.attribute or self.claim.name) if self.claim else self.name
        if self.told:
            return f"the document's {word}"
        return f"{self.holder}.{word}" if self.holder else word

    @property
    def relation_name(self) -> str:
        return self.relation.relation_name

    @property
    def ceiling(self) -> Severity:
        """A type or a limit that nothing enforces fails nothing by itself."""
        loose = self.truth is not None and self.claim is not None and not self.relation.claim.enforced
        return Severity.WARNING if loose else self.relation.ceiling

    @property
    def unjudged(self) -> Unread | None:
        if self.truth is None and not self.relation.known:
            return Unread(f"{self.relation.subject} is only partly known", "partly known", self.subject, self.at)
        return None

    @property
    def read_fit(self) -> Fit | None:
        """How the column's values fare in the claim; None where the claim does not read, or a type is unsaid."""
        if not (self.truth and self.claim and self.access.reads):
            return None
        return fit(self.truth.type, _taken(self.claim), self.relation.claim.transport)

    @property
    def write_fit(self) -> Fit | None:
        """How the claim's values fare in the column; None where the claim does not write, or a type is unsaid."""
        if not (self.truth and self.claim and self.access.writes):
            return None
        return fit(self.claim.type, self.truth.type, self.relation.claim.transport)

    @property
    def judged(self) -> tuple[Fit | None, bool]:
        """(the graver fit of both directions, whether it is the writing one)."""
        if self.told and self.truth and self.claim:
            from pgconform.pairs.told import told_fit

            return told_fit(self.truth.type, self.claim.type), False
        read, write = self.read_fit, self.write_fit
        writing = write is not None and (read is None or gravity(write) > gravity(read))
        return (write, True) if writing else (read, False)

    @property
    def mended(self) -> bool:
        """A trigger may put another value in place of the one that is sent, before it is looked at."""
        return self.access.writes and self.stored is not None and self.stored.mended

    @property
    def at(self) -> Location | None:
        return (self.claim.at if self.claim else None) or self.relation.at

    @property
    def truth_at(self) -> Location | None:
        return (self.truth.at if self.truth else None) or self.relation.truth_at


def _works_out(relation: Relation, event: str) -> bool:
    """A column of it that nothing is behind is a view's own; known of one that was traced and takes what is written."""
    takes = relation.writable is not None and bool(getattr(relation.writable, event))
    return takes and relation.kind == "view" and any(field.origin for field in relation.fields)


class _Within:
    """A part of another pair, which speaks with its authority."""

    unjudged = None

    def __init__(self, around: RelationPair | FieldPair) -> None:
        self.subject = around.subject
        self.relation_name = around.relation_name
        self.source = around.source
        self.holder = around.holder
        self.ceiling = around.ceiling
        self.truth_at = around.truth_at


class OfField(_Within):
    """Something more about one field."""

    site = False

    def __init__(self, pair: FieldPair) -> None:
        super().__init__(pair)
        self.pair = pair
        self.relation = pair.relation
        self.access = pair.access
        self.at = pair.at


class Misfit(OfField):
    """A column and a claim of it whose types do not fit: the pair, the lattice's verdict, and in which direction."""

    def __init__(self, pair: FieldPair, truth: Type, claim: Type, fit: Fit, *, writing: bool) -> None:
        super().__init__(pair)
        self.truth = truth
        self.claim = claim
        self.fit = fit
        self.writing = writing
        self._facet: str | None = None

    def remembered(self, facet: Callable[[Misfit], str]) -> str:
        """What ``facet`` says of this pair: asked once, however many rules want to know."""
        if self._facet is None:
            self._facet = facet(self)
        return self._facet


class _Part(_Within):
    """A claim about one part of a relation that exists."""

    site = True

    def __init__(self, relation: RelationPair) -> None:
        super().__init__(relation)
        self.relation = relation
        self.world = relation.world


class KeyPair(_Part):
    """A claim that columns identify a row: a model's key or, of kind "target", an upsert's ``on_conflict``."""

    def __init__(self, relation: RelationPair, truth: Relation, claim: Key) -> None:
        super().__init__(relation)
        self.truth = truth
        self.claim = claim
        self.at = claim.at or relation.at


class LinkPair(_Part):
    """A claim of a foreign key, and the truth's foreign key on the same columns or None."""

    def __init__(self, relation: RelationPair, truth: Link | None, claim: Link) -> None:
        super().__init__(relation)
        self.truth = truth
        self.claim = claim
        self.at = claim.at or relation.at


class TruthPair(Alone):
    """A relation of the truth that somebody claims something of, by itself: for what is odd whoever asks."""

    def __init__(self, world: World, truth: Relation) -> None:
        self.world = world
        self.truth = truth
        self.subject = display_name(world, truth)
        self.relation_name = truth.qualified
        self.at = self.truth_at = truth.at


class DriftPair(Alone):
    """One difference between two truths; ``at`` is the other truth's place, ``truth_at`` this one's."""

    source = "schema"

    def __init__(self, difference: Difference) -> None:
        self.difference = difference
        self.subject = difference.subject
        self.relation_name = difference.relation
        self.at = difference.then_at
        self.truth_at = difference.now_at


class UnreadPair(Alone):
    """Something of the truth, or of a claim's source, that could not be read."""

    def __init__(self, world: World, unread: Unread, source: str) -> None:
        self.world = world
        self.unread = unread
        self.source = source
        self.subject = unread.subject
        self.at = unread.at
        self.truth_at = None


def _taken(claim: Field) -> Type:
    """What the claimant takes: where that is NULL too, a JSON null as well."""
    return Union((claim.type, _NONE)) if claim.nullable and not isinstance(claim.type, Unknown) else claim.type


def display_name(world: World, relation: Relation) -> str:
    """The name a person uses: qualified unless it lives in the first searched schema."""
    return relation.name if relation.schema in ("", *world.schemas[:1]) else relation.qualified
