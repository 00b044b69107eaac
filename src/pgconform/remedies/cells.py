"""Cells of a Markdown table: the type, or whether NULL is allowed, in the row of a column."""

from __future__ import annotations

import re
from bisect import bisect_right

from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.source import Source
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_GAP = deferred(r"[`*]*([ ]+)\|")
_RULE = deferred(r"\|?[ \t]*:?-+:?[ \t]*(\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_CELL = deferred(r"(?:\\.|[^|\\\r\n])+")
_TYPE = deferred(r"\b(?:data[ _])?(?:type|typ|tipo)\b|类型|тип", re.IGNORECASE)
_NULL = deferred(r"^[`*_\s]*(?:null(?:able|s?\??)?|allows? null)[`*_\s]*$", re.IGNORECASE)
_WORDS = {"not null": "NULL", "null": "NOT NULL", "no": "yes", "yes": "no", "false": "true", "true": "false"}
_MORE = {"✗": "✓", "✓": "✗", "❌": "✅", "✅": "❌", "n": "y", "y": "n"}
_ALLOWS = frozenset({"null", "yes", "true", "✓", "✅", "y"})


def retold(source: Source, at: Location, spelled: str) -> Remedy | None:
    """The row with this type."""
    found = _beside(source, at, _TYPE)
    if found is None or not spelled or "|" in spelled or "\n" in spelled:
        return None
    start, end = found
    return Remedy(source.uri, padded(source, Edit(start, end, spelled))) if source.text[start:end] != spelled else None


def renulled(source: Source, at: Location, *, nullable: bool) -> Remedy | None:
    """The row saying that NULL is allowed, or not, in the word that goes with the one it uses."""
    found = _beside(source, at, _NULL)
    if found is None:
        return None
    said = source.text[slice(*found)]
    other = (_WORDS | _MORE).get(said.lower())
    if other is None or (said.lower() in _ALLOWS) == nullable:
        return None
    return Remedy(source.uri, padded(source, Edit(*found, _cased(said, other))))


def padded(source: Source, edit: Edit) -> tuple[Edit, ...]:
    """The edit and, in a table whose cells stand under one another, the spaces that keep them so."""
    gap = _GAP.match(source.text, edit.end)
    if gap is None:
        return (edit,)
    number = bisect_right(source.starts, edit.start) - 1
    column = gap.end() - 1 - source.starts[number]
    lines = source.text.splitlines()
    beside = (*lines[max(0, number - 1) : number], *lines[number + 1 : number + 2])
    if not lines[number].lstrip().startswith("|") or not any(line[column : column + 1] == "|" for line in beside):
        return (edit,)
    width = len(gap[1]) + edit.end - edit.start - len(edit.text)
    return edit, Edit(*gap.span(1), " " * max(1, width))


def _cased(said: str, other: str) -> str:
    return other.upper() if said.isupper() else other.capitalize() if said.istitle() else other.lower()


def _beside(source: Source, at: Location, heading: re.Pattern[str]) -> tuple[int, int] | None:
    """The text of the cell of that heading in the row of a place, without marks around it."""
    number = at.line - 1
    lines = source.text.splitlines()
    top = number
    while top > 0 and not _RULE.fullmatch(lines[top].strip()):
        if "|" not in lines[top]:
            return None
        top -= 1
    if top == 0 or top == number:
        return None
    headings = [match[0] for match in _cells(lines[top - 1])]
    places = [index for index, text in enumerate(headings) if heading.search(text)]
    cells = _cells(lines[number])
    if len(places) != 1 or len(cells) != len(headings):
        return None
    return _text(source.starts[number], cells[places[0]])


def _cells(line: str) -> list[re.Match[str]]:
    inner = len(line) - len(line.lstrip(" \t|"))
    return list(_CELL.finditer(line, inner, len(line.rstrip(" \t|"))))


def _text(start: int, cell: re.Match[str]) -> tuple[int, int] | None:
    """The span of a cell's text, without space and the marks of code or weight."""
    plain = re.search(r"[^\s`*](?:.*[^\s`*])?", cell[0])
    if plain is None:
        return None
    return start + cell.start() + plain.start(), start + cell.start() + plain.end()
