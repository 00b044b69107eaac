"""REL002: a name without a schema that several of the searched schemas have."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.finding import Finding, Severity
from pgconform.pairs.pair import RelationPair
from pgconform.rules.registry import Rule


def judge(pair: RelationPair) -> Iterator[Finding]:
    if pair.truth is None or pair.claim.schema or len(pair.world.schemas) < 2:
        return
    homes = [schema for schema in pair.world.schemas if pair.world.relation(pair.claim.name, schema)]
    if len(homes) > 1:
        yield Finding(
            Severity.INFO,
            f'"{pair.claim.name}" is a table of the schemas {" and ".join(homes)}; taken as {pair.truth.qualified}',
            consequence="which one is meant depends on the order in which schemas are searched",
            help=f"name the schema: {pair.truth.qualified}",
        )


RULE = Rule(
    "REL002", "ambiguous-relation", "a name that several searched schemas have", RelationPair, judge, Severity.INFO
)
