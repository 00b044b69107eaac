"""Who uses each relation and each of its columns: the files, by how they do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from pgconform.check import every_pair
from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.project.uses import columns_of, how_of
from pgconform.schema import Access, Schema

Consumers = Mapping[str, Mapping[str, Mapping[str, tuple[str, ...]]]]


def consumers(world: World, claims: Iterable[Schema], postgrest: PostgrestConfig) -> Consumers:
    """By the qualified name of a relation, then of a column ("": the relation itself), then "read", "written" …"""
    found: defaultdict[tuple[str, str, str], set[str]] = defaultdict(set)
    for pair in every_pair(world, claims, postgrest):
        if pair.site and pair.at is not None and pair.relation_name and pair.source != "document":
            for column in ("",) if isinstance(pair, RelationPair) else columns_of(pair):
                found[pair.relation_name, column, how_of(_access(pair), pair.source)].add(pair.at.uri)
    told: dict[str, dict[str, dict[str, tuple[str, ...]]]] = {}
    for (relation, column, how), uris in sorted(found.items()):
        told.setdefault(relation, {}).setdefault(column, {})[how] = tuple(sorted(uris))
    return told


def _access(pair: Pair) -> Access:
    return pair.access if isinstance(pair, FieldPair | RelationPair) else Access.READ
