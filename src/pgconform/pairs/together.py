"""A relation of the truth beside everything that is claimed of it: for what single claims do not show."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Severity
from pgconform.pairs.pair import SENT, TOLD, Pair, RelationPair, display_name
from pgconform.pairs.world import World
from pgconform.request import Query
from pgconform.schema import Relation
from pgconform.shape import Field, Location

PASSING = SENT | TOLD | {"row"}


class TogetherPair:
    """``claims`` are those that the program itself makes, in the order of their places; inferred ones are left out.

    ``queries`` are the requests about it, for the constants in them.
    """

    site = False
    unjudged = None
    source = "truth"
    holder = ""
    ceiling = Severity.WARNING

    def __init__(self, world: World, truth: Relation, claims: tuple[Relation, ...], queries: tuple[Query, ...]) -> None:
        self.world = world
        self.truth = truth
        self.claims = claims
        self.queries = queries
        self.subject = display_name(world, truth)
        self.relation_name = truth.qualified
        self.at = self.truth_at = truth.at

    @property
    def models(self) -> tuple[Relation, ...]:
        """The claims that describe rows for good, no request and no document."""
        return tuple(claim for claim in self.claims if claim.kind not in PASSING)

    def of(self, column: str) -> Iterator[tuple[Relation, Field]]:
        """What is claimed of one column, and by whom."""
        for claim in self.claims:
            if (field := claim.field(column)) is not None:
                yield claim, field


class Together:
    """Gathers, from pairs as they come, what each relation is claimed to be; ``named`` are all that anyone names."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.named: set[str] = set()
        self._relations: dict[str, dict[int, RelationPair]] = {}
        self._queries: dict[str, dict[int, Query]] = {}

    def add(self, pair: Pair) -> None:
        self.named.add(pair.relation_name)
        relation = pair if isinstance(pair, RelationPair) else getattr(pair, "relation", None)
        if isinstance(relation, RelationPair) and relation.truth is not None and relation.certain:
            self._relations.setdefault(relation.relation_name, {})[id(relation.claim)] = relation
        query = getattr(pair, "query", None)
        if isinstance(query, Query):
            self._queries.setdefault(pair.relation_name, {})[id(query)] = query

    def pairs(self) -> Iterator[TogetherPair]:
        """One for each relation that something is claimed of, by name."""
        for name, found in sorted(self._relations.items()):
            claims = sorted((pair.claim for pair in found.values()), key=_order)
            queries = sorted(self._queries.get(name, {}).values(), key=lambda query: query.at or Location(""))
            truth = next(iter(found.values())).truth
            if truth is not None:
                yield TogetherPair(self.world, truth, tuple(claims), tuple(queries))


def _order(claim: Relation) -> tuple[Location, str, str]:
    return (claim.at or Location(""), claim.kind, claim.holder)
