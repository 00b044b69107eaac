"""What a diagram of entities draws, whichever language it is in."""

from __future__ import annotations

import re

import msgspec

from pgconform.sources.docs.cells import Said
from pgconform.sources.docs.facts import Part


class Entity(msgspec.Struct):
    """An entity as it is first named, and its attributes, each with what is said of it."""

    name: Part
    attributes: list[tuple[Part, Said]]


class Line(msgspec.Struct, frozen=True):
    """A line from one entity to another; ``columns`` of the first refer to the second, where they are said."""

    one: str
    two: str
    at: Part
    columns: tuple[str, ...] = ()


class Diagram(msgspec.Struct):
    """The entities by name, and the lines that join them."""

    entities: dict[str, Entity]
    lines: list[Line]

    def entity(self, name: Part) -> Entity:
        """The entity of that name, as it was first named."""
        return self.entities.setdefault(name.text, Entity(name, []))


def part_of(match: re.Match[str], group: str, line: int) -> Part:
    """What a group of a line's match says, without the quotes around it."""
    quoted = match[group].startswith('"')
    return Part(match[group].strip('"'), line, match.start(group) + 1 + quoted)
