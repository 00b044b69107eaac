"""A relation of the truth beside everything that is claimed of it: for what single claims do not show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from pgconform.pairs.pair import RUN, TOLD, Pair, RelationPair, TruthPair
from pgconform.pairs.world import World
from pgconform.request import Query
from pgconform.schema import Relation
from pgconform.shape import Field, Location


class TogetherPair(TruthPair):
    """``claims`` are those that the program itself makes, in the order of their places; inferred ones are left out.

    ``queries`` are the requests about it, for the constants in them.
    """

    def __init__(self, world: World, truth: Relation, claims: tuple[Relation, ...], queries: tuple[Query, ...]) -> None:
        super().__init__(world, truth)
        self.claims = claims
        self.queries = queries

    @property
    def models(self) -> tuple[Relation, ...]:
        """The claims that describe rows for good, no request and no document."""
        return tuple(claim for claim in self.claims if claim.kind not in RUN | TOLD)

    def of(self, column: str) -> Iterator[tuple[Relation, Field]]:
        """What is claimed of one column, and by whom."""
        for claim in self.claims:
            if (field := claim.field(column)) is not None:
                yield claim, field


class Heard(msgspec.Struct, frozen=True, array_like=True):
    """What one item of a claim says of relations of the truth, by their qualified names.

    ``named`` are all that it names; ``claims`` what it certainly claims of some; ``asked`` those that its request is
    about.
    """

    named: tuple[str, ...] = ()
    claims: tuple[tuple[str, Relation], ...] = ()
    asked: tuple[str, ...] = ()


def heard(pairs: Iterable[Pair]) -> Heard:
    """What the pairs of one item say together."""
    named: dict[str, None] = {}
    asked: dict[str, None] = {}
    claims: dict[tuple[str, int], Relation] = {}
    for pair in pairs:
        named[pair.relation_name] = None
        relation = pair if isinstance(pair, RelationPair) else getattr(pair, "relation", None)
        if isinstance(relation, RelationPair) and relation.truth is not None and relation.certain:
            claims[relation.relation_name, id(relation.claim)] = relation.claim
        if isinstance(getattr(pair, "query", None), Query):
            asked[pair.relation_name] = None
    return Heard(tuple(named), tuple((name, claim) for (name, _), claim in claims.items()), tuple(asked))


class Together:
    """Gathers, from items as they come, what each relation is claimed to be; ``named`` are all that anyone names."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.named: set[str] = set()
        self._claims: dict[str, list[Relation]] = {}
        self._queries: dict[str, list[Query]] = {}

    def add(self, said: Heard, item: object) -> None:
        """What an item says; of a request, also that it is about some."""
        self.named.update(said.named)
        for name, claim in said.claims:
            self._claims.setdefault(name, []).append(claim)
        if isinstance(item, Query):
            for name in said.asked:
                self._queries.setdefault(name, []).append(item)

    def pairs(self) -> Iterator[TogetherPair]:
        """One for each relation of the truth that something is claimed of, by name; what functions give is none."""
        relations = {relation.qualified: relation for relation in reversed(self.world.truth.relations)}
        for name, claims in sorted(self._claims.items()):
            if name not in relations:
                continue
            queries = sorted(self._queries.get(name, ()), key=lambda query: query.at or Location(""))
            yield TogetherPair(self.world, relations[name], tuple(sorted(claims, key=_order)), tuple(queries))


def _order(claim: Relation) -> tuple[Location, str, str]:
    return (claim.at or Location(""), claim.kind, claim.holder)
