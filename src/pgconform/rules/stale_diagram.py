"""DOC010: a line of a diagram between tables that no foreign key joins."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import LinkPair, display_name
from pgconform.pairs.world import World
from pgconform.rules.registry import Rule
from pgconform.schema import Relation


def judge(pair: LinkPair) -> Iterator[Finding]:
    one = pair.relation.truth
    two = pair.world.relation(pair.claim.target, pair.claim.target_schema)
    if pair.claim.columns or one is None or two is None or not pair.relation.known or "view" in one.kind + two.kind:
        return
    if _joined(one, two) or _joined(two, one) or _through_another(pair.world, one, two):
        return
    yield Finding(
        Severity.INFO,
        f"no foreign key joins {pair.subject} and {display_name(pair.world, two)}, as this line says",
        consequence="whoever follows the diagram joins them by columns that nothing holds together",
        help="draw it again, or leave the line out",
    )


def _joined(source: Relation, target: Relation) -> bool:
    return any((link.target_schema, link.target) == (target.schema, target.name) for link in source.links)


def _through_another(world: World, one: Relation, two: Relation) -> bool:
    """A table of pairs refers to both."""
    return any(_joined(other, one) and _joined(other, two) for other in world.truth.relations)


RULE = Rule(
    "DOC010",
    "stale-diagram",
    "a line of a diagram that no foreign key stands for",
    LinkPair,
    judge,
    Severity.INFO,
    needs=("links",),
)
