"""Mermaid's entity-relationship diagrams."""

from __future__ import annotations

import re

from msgspec.structs import replace

from pgconform.sources.docs.cells import Said, of_type
from pgconform.sources.docs.drawing import Diagram, Entity, Line, part_of
from pgconform.sources.docs.facts import Fence, Part
from pgconform.support.patterns import deferred

_LINK = deferred(
    r'^\s*(?P<one>"[^"]+"|[\w.-]+)\s+(?P<kind>[|}o]{1,2}(?:--|\.\.)[|{o]{1,2}|.*\bto\b.*)\s+(?P<two>"[^"]+"|[\w.-]+)\s*(?::.*)?$'
)
_OPENS = deferred(r'^\s*(?P<name>"[^"]+"|[\w.-]+)(?:\["?(?P<alias>[^"\]]+)"?\])?\s*\{\s*$')
_ATTRIBUTE = deferred(r"^\s*(?P<type>[\w()\[\].,-]+)\s+(?P<name>[\w*-]+)(?P<rest>.*)$")
_PRIMARY = deferred(r"\s+(?:FK,\s*)?PK\b")
_SPACED = ("timestamp_", "double_", "character_")


def is_diagram(fence: Fence) -> bool:
    return (
        fence.language == "mermaid"
        and re.match(r"\s*(?:---(?s:.*?)---\s*)?(?:%%.*\n\s*)*erDiagram\b", fence.text) is not None
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
                inside.attributes.append((part, _said(match["type"], match["rest"])))
        elif match := _OPENS.match(line):
            inside = found.entity(part_of(match, "name", number))
        elif match := _LINK.match(line):
            one, two = (found.entity(part_of(match, end, number)) for end in ("one", "two"))
            drawn = Part(line.strip(), number, match.start("one") + 1)
            found.lines.append(Line(one.name.text, two.name.text, drawn))
    return found


def _said(kind: str, rest: str) -> Said:
    """What is said of an attribute; underscores stand for what a type's name cannot hold here."""
    said = of_type(kind.replace("_", " ") if kind.lower().startswith(_SPACED) else kind)
    return replace(said, primary=_PRIMARY.match(rest) is not None)
