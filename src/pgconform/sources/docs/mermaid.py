"""Mermaid's entity-relationship diagrams as claims: entities, their attributes, and the links between them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from pgconform.schema import Key, Link, Relation
from pgconform.shape import Field
from pgconform.sources.docs.cells import of_type
from pgconform.sources.docs.facts import Fence, Part
from pgconform.sources.docs.ground import Ground, document, spoken_past

_MOST = 0.6
_LEAST = 2
_LINK = re.compile(
    r'^\s*(?P<one>"[^"]+"|[\w.-]+)\s+(?P<kind>[|}o]{1,2}(?:--|\.\.)[|{o]{1,2}|.*\bto\b.*)\s+(?P<two>"[^"]+"|[\w.-]+)\s*(?::.*)?$'
)
_OPENS = re.compile(r'^\s*(?P<name>"[^"]+"|[\w.-]+)(?:\["?(?P<alias>[^"\]]+)"?\])?\s*\{\s*$')
_ATTRIBUTE = re.compile(r"^\s*(?P<type>[\w()\[\].,-]+)\s+(?P<name>[\w*-]+)(?P<rest>.*)$")


class Entity(msgspec.Struct):
    """An entity as it is first named, and its attributes: type, name and what follows it."""

    name: Part
    attributes: list[tuple[str, Part, str]]


class Diagram(msgspec.Struct):
    """The entities by name, and the pairs that a line joins, each where it is drawn."""

    entities: dict[str, Entity]
    joined: list[tuple[str, str, Part]]


def is_diagram(fence: Fence) -> bool:
    return (
        fence.language == "mermaid"
        and re.match(r"\s*(?:---.*?---\s*)?(?:%%.*\n\s*)*erDiagram\b", fence.text, re.DOTALL) is not None
    )


def read(fence: Fence) -> Diagram:
    """What a diagram draws; lines that are no part of this grammar are passed over."""
    found = Diagram({}, [])
    inside: Entity | None = None
    for number, line in enumerate(fence.text.split("\n"), fence.line):
        if inside is not None:
            if line.strip().startswith("}"):
                inside = None
            elif match := _ATTRIBUTE.match(line):
                part = Part(match["name"].lstrip("*"), number, match.start("name") + 1)
                inside.attributes.append((match["type"], part, match["rest"]))
        elif match := _OPENS.match(line):
            inside = _entity(found, match["name"], number, match.start("name") + 1)
        elif match := _LINK.match(line):
            one = _entity(found, match["one"], number, match.start("one") + 1)
            two = _entity(found, match["two"], number, match.start("two") + 1)
            found.joined.append((one.name.text, two.name.text, Part(line.strip(), number, match.start("one") + 1)))
    return found


def _entity(found: Diagram, name: str, line: int, column: int) -> Entity:
    quoted = name.startswith('"')
    name = name.strip('"')
    return found.entities.setdefault(name, Entity(Part(name, line, column + quoted), []))


def claims(ground: Ground, fence: Fence) -> Iterator[Relation]:
    """The claims of a diagram, if most of its entities are relations of this truth by name."""
    if spoken_past(fence.block):
        return
    diagram = read(fence)
    known = [name for name in diagram.entities if ground.find(name) or ground.find(name.lower())]
    if len(known) < _LEAST or len(known) < _MOST * len(diagram.entities):
        return
    yield from _drawn(ground, diagram)
    for name, entity in diagram.entities.items():
        relation = ground.find(name) or ground.find(name.lower())
        if relation is not None:
            yield from _entity_claim(ground, relation, entity)
        elif ground.once(name) or not ground.strange(name):
            schema, _, short = name.rpartition(".")
            yield document(short, schema, (), ground.place(entity.name))


def _entity_claim(ground: Ground, relation: Relation, entity: Entity) -> Iterator[Relation]:
    columns = ground.world.fields(relation)
    known = [part for _, part, _ in entity.attributes if part.text in columns]
    enough = len(known) >= min(_LEAST, len(columns)) and len(known) >= _MOST * len(entity.attributes)
    fields = [_field(ground, kind, name) for kind, name, _ in entity.attributes] if enough else []
    claim = document(relation.name, relation.schema, fields, ground.place(entity.name))
    primary = (
        [part.text for _, part, rest in entity.attributes if re.match(r"\s+(?:FK,\s*)?PK\b", rest)] if enough else []
    )
    yield replace(claim, keys=(Key(tuple(primary), "primary"),)) if primary else claim


def _field(ground: Ground, kind: str, name: Part) -> Field:
    """An attribute; underscores stand for what a type's name cannot hold here."""
    said = of_type(kind.replace("_", " ") if kind.lower().startswith(("timestamp_", "double_", "character_")) else kind)
    return replace(said.field(name.text), at=ground.place(name))


def _drawn(ground: Ground, diagram: Diagram) -> Iterator[Relation]:
    """The lines between relations of this truth: links whose columns are not said."""
    for first, second, part in diagram.joined:
        one, two = (ground.find(name) or ground.find(name.lower()) for name in (first, second))
        if one is not None and two is not None and one != two:
            link = Link((), two.schema, two.name, (), at=ground.place(part))
            yield replace(document(one.name, one.schema, (), ground.place(part)), links=(link,))
