"""Diagrams of entities as claims: entities, their attributes, and the lines between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.schema import Key, Link, Relation, Unread
from pgconform.shape import Location
from pgconform.sources.docs import dbml, mermaid, plantuml
from pgconform.sources.docs.drawing import Diagram, Entity
from pgconform.sources.docs.facts import Fence, Part
from pgconform.sources.docs.ground import Ground, document, spoken_past
from pgconform.support.patterns import deferred

LANGUAGES = {".dbml": "dbml", ".puml": "plantuml", ".plantuml": "plantuml", ".mmd": "mermaid", ".mermaid": "mermaid"}
"""The language of a file that is a diagram as a whole."""
_READERS = (mermaid, dbml, plantuml)
_BOXES = deferred(r"[┌╔]─|\+-{3,}\+")
_MOST = 0.6
_LEAST = 2


def claims(ground: Ground, fence: Fence) -> Iterator[Relation]:
    """The claims of a diagram, if most of its entities are relations of this truth by name."""
    diagram = _drawn(fence)
    if diagram is None or spoken_past(fence.block):
        return
    known = [name for name in diagram.entities if _relation(ground, name)]
    if len(known) < _LEAST or len(known) < _MOST * len(diagram.entities):
        return
    sheet = _Sheet(ground, fence.column - 1)
    yield from sheet.lines(diagram)
    for name, entity in diagram.entities.items():
        relation = _relation(ground, name)
        if relation is not None:
            yield from sheet.entity(relation, entity)
        elif ground.once(name) or not ground.strange(name):
            schema, _, short = name.rpartition(".")
            yield document(short, schema, (), sheet.place(entity.name))


def unread(ground: Ground, fence: Fence) -> Unread | None:
    """Why boxes of characters that name relations are not judged; None where there are none."""
    if fence.language not in ("", "text", "txt", "ascii") or not _BOXES.search(fence.text) or spoken_past(fence.block):
        return None
    named = [name for name in set(re.findall(r"\w+", fence.text)) if ground.find(name)]
    if len(named) < _LEAST:
        return None
    return Unread("it is drawn with characters", "document", at=ground.place(Part("", fence.line, fence.column)))


def _drawn(fence: Fence) -> Diagram | None:
    return next((language.read(fence) for language in _READERS if language.is_diagram(fence)), None)


def _relation(ground: Ground, name: str) -> Relation | None:
    return ground.find(name) or ground.find(name.lower())


class _Sheet:
    """What a diagram is drawn on: a text that stands ``indent`` characters from the margin."""

    def __init__(self, ground: Ground, indent: int) -> None:
        self.ground = ground
        self.indent = indent

    def place(self, part: Part) -> Location:
        return self.ground.place(Part(part.text, part.line, part.column + self.indent))

    def entity(self, relation: Relation, entity: Entity) -> Iterator[Relation]:
        columns = self.ground.world.fields(relation)
        known = [part for part, _ in entity.attributes if part.text in columns]
        enough = len(known) >= min(_LEAST, len(columns)) and len(known) >= _MOST * len(entity.attributes)
        told = entity.attributes if enough else []
        fields = [replace(said.field(part.text), at=self.place(part)) for part, said in told]
        claim = document(relation.name, relation.schema, fields, self.place(entity.name))
        primary = tuple(part.text for part, said in told if said.primary)
        yield replace(claim, keys=(Key(primary, "primary"),)) if primary else claim

    def lines(self, diagram: Diagram) -> Iterator[Relation]:
        """The lines between relations of this truth, with the columns that they say."""
        for line in diagram.lines:
            one, two = (_relation(self.ground, name) for name in (line.one, line.two))
            if one is not None and two is not None and one != two:
                columns = line.columns if set(line.columns) <= self.ground.world.fields(one).keys() else ()
                link = Link(columns, two.schema, two.name, (), at=self.place(line.at))
                yield replace(document(one.name, one.schema, (), self.place(line.at)), links=(link,))
