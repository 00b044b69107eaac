"""The pairing: every claim of a schema put beside what the truth says of it."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.drift.differences import differences, is_truth
from pgconform.pairs.fitting import FITTING
from pgconform.pairs.pair import (
    DriftPair,
    FieldPair,
    KeyPair,
    LinkPair,
    Misfit,
    Pair,
    RelationPair,
    TruthPair,
    UnreadPair,
)
from pgconform.pairs.secured import SecuredPair
from pgconform.pairs.world import World
from pgconform.schema import Relation, Schema
from pgconform.shape import JSONS, Scalar


def pairs(world: World, claim: Schema) -> Iterator[Pair]:
    """Every claim of a schema about relations beside what the truth says of it."""
    if is_truth(claim):
        yield from drift_pairs(world, claim)
        return
    for relation in claim.relations:
        yield from claimed_pairs(world, relation)
    yield from other_pairs(world, claim)


def drift_pairs(world: World, claim: Schema) -> Iterator[Pair]:
    """A claim that is itself what some database has, compared as a whole: what differs is drift."""
    return map(DriftPair, differences(world.truth, claim))


def claimed_pairs(world: World, claim: Relation) -> Iterator[Pair]:
    """One relation of a claim beside what the truth says of it."""
    return relation_pairs(RelationPair(world, world.relation(claim.name, claim.schema), claim))


def other_pairs(world: World, claim: Schema) -> Iterator[Pair]:
    """What a claim says of row-level security, and what of it could not be read."""
    for secured in claim.secured:
        yield SecuredPair(world, secured)
    for unread in claim.unread:
        yield UnreadPair(world, unread, "source")


def relation_pairs(pair: RelationPair) -> Iterator[Pair]:
    """The pair itself, then its columns, keys and links; of a relation that does not exist nothing more is said."""
    yield pair
    if pair.truth is None:
        return
    columns = pair.world.fields(pair.truth)
    for field in pair.claim.fields:
        yield from field_pairs(FieldPair(pair, columns.get(field.name), field))
    if pair.claim.whole:
        claimed = {field.name for field in pair.claim.fields}
        for name, column in columns.items():
            if name not in claimed:
                yield FieldPair(pair, column, None)
    yield from _parts(pair)


def field_pairs(pair: FieldPair) -> Iterator[Pair]:
    """The pair itself, that its types do not fit where they do not, and what is known of the shape of JSON."""
    yield pair
    if pair.bare:
        return
    fit, writing = pair.judged
    if fit is not None and fit.verdict > FITTING and pair.truth and pair.claim:
        yield Misfit(pair, pair.truth.type, pair.claim.type, fit, writing=writing)
    if pair.truth and pair.claim and isinstance(pair.truth.type, Scalar) and pair.truth.type.kind in JSONS:
        from pgconform.pairs.shapes import shape_pairs

        yield from shape_pairs(pair)


def _parts(pair: RelationPair) -> Iterator[Pair]:
    if pair.truth is None:
        return
    for key in pair.claim.keys:
        yield KeyPair(pair, pair.truth, key)
    for link in pair.claim.links:
        same = (item for item in pair.truth.links if set(item.columns) == set(link.columns))
        yield LinkPair(pair, next(same, None), link)


def truth_pairs(world: World, claimed: set[str]) -> Iterator[Pair]:
    """What the truth says by itself: claimed relations, those it only heard of, and what of it could not be read."""
    for relation in world.truth.relations:
        if relation.qualified in claimed:
            yield TruthPair(world, relation)
    for relation in world.unseen:
        yield TruthPair(world, relation)
    for unread in world.truth.unread:
        yield UnreadPair(world, unread, "truth")
