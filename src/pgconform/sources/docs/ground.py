"""What a document's names can mean in one truth, and how sure its surroundings make it that they mean that."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from pgconform.pairs.world import World
from pgconform.schema import Access, Relation
from pgconform.shape import Array, Field, Labels, Location, Type
from pgconform.sources.docs import vocabulary as words
from pgconform.sources.docs.facts import Block, Part
from pgconform.sources.docs.plain import heading_names, past, plain
from pgconform.support.names import likeness, nearest
from pgconform.support.names import words as parts_of
from pgconform.support.patterns import deferred

_TEMPLATE = deferred(
    r"^(?:x|y|foo|bar|baz|t|tbl|tabela|tabla|table|tables|my_?\w*|your_?\w*|some_?\w*|test_?\w*|sample_?\w*"
    r"|\w*example\w*|feature_table|table_?name|new_table|old_table)$",
    re.IGNORECASE,
)
_WANTING = deferred(r'^relation ".*" does not exist')
_SHORT = 120
ALIKE = 0.8
"""From here on two names are one, spelled otherwise."""


class Meant(NamedTuple):
    """The relation a heading names: the truth's, or None with the name it once had; ``exact``: spelled as a name."""

    name: str
    schema: str
    truth: Relation | None
    exact: bool


class Ground:
    """One document beside one truth."""

    def __init__(self, world: World, uri: str) -> None:
        self.world = world
        self.uri = uri

    def place(self, part: Part) -> Location:
        return Location(self.uri, part.line, part.column, part.line, part.column + len(part.text))

    def find(self, name: str) -> Relation | None:
        """The relation of a name that may be qualified, in the searched schemas."""
        schema, _, plain_name = name.rpartition(".")
        return self.world.relation(plain_name, schema)

    def once(self, name: str) -> bool:
        """The migrations made a relation of that name, and dropped or renamed it."""
        schema, _, plain_name = name.rpartition(".")
        return self.world.dropped(plain_name, schema) is not None

    def lost(self, relation: Relation, name: str) -> bool:
        """The name is no mere word: it is joined of several, or a column that once was there, or nearly one that is."""
        near = nearest(name, self.world.fields(relation))
        dropped = self.world.dropped(relation.name, relation.schema, name) is not None
        return "_" in name or dropped or (len(near) == 1 and likeness(name, near[0]) >= ALIKE)

    def elsewhere(self, name: str) -> bool:
        """The name is something of the truth that is no relation of the searched schemas, or is only half known."""
        schema, _, short = name.rpartition(".")
        world = self.world
        return bool(
            world.homes(short)
            or world.half_seen(short, schema)
            or any(one.name == short for one in world.truth.functions)
            or any(one.name == short for one in world.truth.types)
            or any(f"{one.schema}_{one.name}" == short for one in world.truth.relations)
            or (schema and schema not in world.truth.schemas)
        )

    def kin(self, name: str) -> bool:
        """A relation of the truth whose name is this one's with a prefix, or the same in another number."""
        mine = parts_of(name)
        return any(
            parts_of(item.name)[-len(mine) :] == mine and len(parts_of(item.name)) <= len(mine) + 1
            for item in self.world.truth.relations
            if item.schema in self.world.schemas
        )

    @cached_property
    def partial(self) -> bool:
        """Some of the truth could not be made for want of relations: what it never had may well be there."""
        return any(
            one.kind in ("statement", "function") and _WANTING.search(one.reason) for one in self.world.truth.unread
        )

    def strange(self, name: str) -> bool:
        """A name that was never a relation of this truth, and may well be no table, or one that is out of view."""
        return self.partial or name != name.lower() or self.elsewhere(name) or self.template(name)

    def template(self, name: str) -> bool:
        """A name that stands for any name."""
        return _TEMPLATE.match(name.rpartition(".")[2]) is not None and not self.kin(name)

    def labels(self, column: Field) -> tuple[str, ...]:
        """The closed set of a column's values; () where it is open."""
        kind: Type = column.type
        while isinstance(kind, Array):
            kind = kind.of
        bounds = self.world.stored(column).bounds if column.origin else column.bounds
        return kind.values if isinstance(kind, Labels) else bounds.labels or () if bounds else ()

    def agrees(self, column: Field, listed: tuple[str, ...]) -> bool:
        """The values listed are surely meant for the column's: it has a closed set, and most of them are in it."""
        known = self.labels(column)
        return sum(label in known for label in listed) * 2 >= len(listed)

    def meant(self, block: Block) -> Meant | None:
        """The relation that a block is about: its lead's or its last heading's."""
        lead = block.lead.rsplit("\n", 1)[-1]
        for title in (lead if len(lead) < 80 else "", *reversed(block.titles[-2:])):
            if not title:
                continue
            for name, exact in heading_names(title):
                schema, _, short = name.rpartition(".")
                truth = self.find(name) or (None if exact and schema else self.find(name.lower()))
                if truth is not None or self.once(name):
                    return Meant(short, schema, truth, exact)
        return None


def spoken_past(block: Block) -> bool:
    """A heading, or the paragraph in front, says that this is no more, not yet, or only an example."""
    return any(map(past, block.titles)) or past(block.lead)


def of_database(block: Block) -> bool:
    """A heading, or the paragraph in front, speaks of a database."""
    return any(words.OF_DATABASE.search(text) for text in (*block.titles, block.lead))


def of_others(block: Block) -> bool:
    """The last heading, or a short paragraph in front, speaks of what has fields and is no table."""
    lead = (block.lead,) if len(block.lead) < _SHORT else ()
    return any(words.OF_OTHERS.search(plain(text)) for text in (*block.titles[-1:], *lead))


def document(name: str, schema: str, fields: Iterable[Field], at: Location) -> Relation:
    """A claim of a document about a relation; it never means to be complete."""
    return Relation(name, schema, "document", tuple(fields), access=Access.MENTION, whole=False, at=at)
