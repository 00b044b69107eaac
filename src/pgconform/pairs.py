"""Pairs: a claim beside the truth it is about, with the direction resolved, so that rules only look and say.

A missing half is None: a claim of something that does not exist, or something a whole claim leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import TypeAlias

from pgconform.lattice import Fit, Verdict, fits
from pgconform.schema import Access, Relation, Schema, Unread
from pgconform.shape import Field, Location
from pgconform.world import World


class RelationPair:
    """A claim about a relation, and that relation or None."""

    def __init__(self, world: World, truth: Relation | None, claim: Relation) -> None:
        self.world = world
        self.truth = truth
        self.claim = claim

    @property
    def subject(self) -> str:
        return self.truth.name if self.truth else self.claim.qualified

    @property
    def access(self) -> Access:
        return self.claim.access

    @property
    def known(self) -> bool:
        """The relation exists and all of it is in view, so that absence of a column is a fact."""
        return self.truth is not None and self.truth.whole

    @property
    def at(self) -> Location | None:
        return self.claim.at

    @property
    def truth_at(self) -> Location | None:
        return self.truth.at if self.truth else None


class FieldPair:
    """A claim about a column, and that column; ``claim`` None: a whole claim leaves the column out."""

    def __init__(self, relation: RelationPair, truth: Field | None, claim: Field | None) -> None:
        self.relation = relation
        self.truth = truth
        self.claim = claim

    @property
    def subject(self) -> str:
        field = self.truth or self.claim
        return f"{self.relation.subject}.{field.name if field else ''}"

    @property
    def access(self) -> Access:
        return self.relation.access

    @cached_property
    def read_fit(self) -> Fit:
        """How the column's values fare in the claim; YES where the claim does not read."""
        if not (self.truth and self.claim and self.access.reads):
            return Fit(Verdict.YES)
        return fits(self.truth.type, self.claim.type, self.relation.claim.transport)

    @cached_property
    def write_fit(self) -> Fit:
        """How the claim's values fare in the column; YES where the claim does not write."""
        if not (self.truth and self.claim and self.access.writes):
            return Fit(Verdict.YES)
        return fits(self.claim.type, self.truth.type, self.relation.claim.transport)

    @property
    def at(self) -> Location | None:
        return (self.claim.at if self.claim else None) or self.relation.at

    @property
    def truth_at(self) -> Location | None:
        return (self.truth.at if self.truth else None) or self.relation.truth_at


class UnreadPair:
    """Something of the truth that could not be read."""

    def __init__(self, world: World, truth: Unread) -> None:
        self.world = world
        self.truth = truth


Pair: TypeAlias = RelationPair | FieldPair | UnreadPair


def pairs(world: World, claim: Schema) -> Iterator[Pair]:
    """Every claim of a schema beside what the truth says of it."""
    for relation in claim.relations:
        truth = world.relation(relation.name, relation.schema)
        yield from relation_pairs(RelationPair(world, truth, relation))


def relation_pairs(pair: RelationPair) -> Iterator[Pair]:
    yield pair
    if pair.truth is None:
        return
    for field in pair.claim.fields:
        yield FieldPair(pair, pair.truth.field(field.name), field)
    if pair.claim.whole:
        claimed = {field.name for field in pair.claim.fields}
        for field in pair.truth.fields:
            if field.name not in claimed:
                yield FieldPair(pair, field, None)
