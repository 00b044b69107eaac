"""PlantUML's entity diagrams: ``entity``, ``class`` and ``table`` blocks, and lines with crow's feet."""

from __future__ import annotations

import re

from msgspec.structs import replace

from pgconform.sources.docs.cells import Said, of_type
from pgconform.sources.docs.drawing import Diagram, Entity, Line, part_of
from pgconform.sources.docs.facts import Fence, Part
from pgconform.sources.docs.plain import is_name
from pgconform.support.patterns import deferred

_NAME = r'(?:"[^"\n]+"|[\w$.]+)'
_OPENS = deferred(
    rf"^\s*(?:entity|class|table)\s*(?:\(\s*)?(?P<name>{_NAME})\s*(?:,[^)\n]*)?\)?\s*(?:as\s+(?P<alias>{_NAME}))?"
    r"\s*(?:<<.*?>>)?\s*(?:#\S+)?\s*\{\s*$",
    re.IGNORECASE,
)
_ATTRIBUTE = deferred(
    r"^\s*[*+#~-]?\s*(?:<[bui]>)?(?P<macro>\w+\s*\(\s*)?(?P<name>[A-Za-z_]\w*)\s*(?:\)\s*)?(?:</[bui]>)?\s*[:,]\s*"
    r"(?P<type>[^<:\s][^<:\n]*)(?P<rest>(?:<<|:|//).*)?$"
)
_LINE = deferred(rf"^\s*(?P<one>{_NAME})\s+[|}}o]{{1,2}}(?:-|\.)[\w.-]*[|{{o]{{1,2}}\s+(?P<two>{_NAME})\s*(?::.*)?$")
_NOTES = deferred(r"/'.*?'/|(?:^|(?<=\s))'[^\n]*", re.DOTALL | re.MULTILINE)
_PRIMARY = deferred(r"\bPK\b|primary[\s_]?key", re.IGNORECASE)


def is_diagram(fence: Fence) -> bool:
    named = fence.language in ("plantuml", "puml", "uml") or fence.text.lstrip().startswith("@startuml")
    return named and any(map(_OPENS.match, fence.text.split("\n")))


def read(fence: Fence) -> Diagram:
    """What a diagram draws; lines that are no part of this grammar are passed over."""
    found = Diagram({}, [])
    known: dict[str, str] = {}
    inside: Entity | None = None
    bare = _NOTES.sub(lambda note: re.sub(r"[^\n]", " ", note[0]), fence.text)
    for number, line in enumerate(bare.split("\n"), fence.line):
        if inside is not None:
            if line.strip().startswith("}"):
                inside = None
            elif match := _ATTRIBUTE.match(line):
                inside.attributes.append((part_of(match, "name", number), _said(match)))
        elif match := _OPENS.match(line):
            inside = found.entity(_part_of(match, number))
            known.update({match[group].strip('"'): inside.name.text for group in ("name", "alias") if match[group]})
        elif match := _LINE.match(line):
            one, two = (known.get(match[end].strip('"'), match[end].strip('"')) for end in ("one", "two"))
            found.lines.append(Line(one, two, Part(line.strip(), number, match.start("one") + 1)))
    return found


def _part_of(match: re.Match[str], line: int) -> Part:
    """The name of an entity: the first that is spelled as one, for the other may be for people."""
    names = [part_of(match, group, line) for group in ("name", "alias") if match[group]]
    return next((name for name in names if is_name(name.text.rpartition(".")[2])), names[0])


def _said(match: re.Match[str]) -> Said:
    said = of_type(match["type"].strip().removesuffix(")" if match["macro"] else "").strip())
    primary = said.primary or _PRIMARY.search(match["rest"] or "") is not None
    return replace(said, primary=primary)
