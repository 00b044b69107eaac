"""The documents of a project looked at together: what they disagree on, and what none of them tells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from pgconform.check import said_of
from pgconform.config import Project
from pgconform.finding import Finding
from pgconform.pairs.pair import FieldPair, RelationPair
from pgconform.pairs.pairing import pairs
from pgconform.pairs.told_together import ToldTwicePair, UntoldPair
from pgconform.pairs.world import World
from pgconform.project.api import searched
from pgconform.project.managed import own
from pgconform.rules import Rule
from pgconform.schema import Schema
from pgconform.shape import Array, Bounds, Labels, Unknown


def of_documents(project: Project, truth: Schema, told: Iterable[Schema], rules: Iterable[Rule]) -> Iterator[Finding]:
    """What the rules say of all documents together."""
    wanted = [rule for rule in rules if rule.on in (ToldTwicePair, UntoldPair)]
    if not wanted:
        return
    world = World(truth, searched(project))
    found = [pair for claim in told for pair in pairs(world, claim)]
    yield from said_of(_disagreeing(found), wanted)
    yield from said_of(_untold(project, world, found), wanted)


def _untold(project: Project, world: World, found: Iterable[object]) -> Iterator[UntoldPair]:
    told = {pair.relation_name for pair in found if isinstance(pair, RelationPair)}
    yield from (UntoldPair(world, item) for item in own(project, world) if item.qualified not in told)


def _disagreeing(found: Iterable[object]) -> Iterator[ToldTwicePair]:
    """Each place that says something else of a column than the first that spoke of it, where the truth is silent."""
    by_column: defaultdict[tuple[str, str, str], list[tuple[FieldPair, str]]] = defaultdict(list)
    for pair in found:
        if isinstance(pair, FieldPair) and pair.truth is not None and pair.claim is not None:
            for what, said in _said(pair):
                by_column[pair.relation_name, pair.name, what].append((pair, said))
    for (_, _, what), places in sorted(by_column.items()):
        (first, said), *others = sorted(places, key=lambda place: str(place[0].at))
        yield from (ToldTwicePair(first, pair, what, said, other) for pair, other in others if other != said)


def _said(pair: FieldPair) -> Iterator[tuple[str, str]]:
    """What a document says of a column that the truth leaves open: the values it takes, whether it may be NULL."""
    column, claim = pair.stored, pair.claim
    if column is None or claim is None or pair.truth is None:
        return
    if claim.bounds is not None and claim.bounds.labels and not _closed(pair, column.bounds):
        yield "values", ", ".join(sorted(claim.bounds.labels))
    if claim.nullable is not None and pair.truth.nullable is None:
        yield "nullability", "NULL" if claim.nullable else "NOT NULL"


def _closed(pair: FieldPair, bounds: Bounds | None) -> bool:
    kind = pair.truth.type if pair.truth else Unknown()
    while isinstance(kind, Array):
        kind = kind.of
    return isinstance(kind, Labels) or bool(bounds and bounds.labels)
