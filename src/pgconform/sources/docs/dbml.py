"""DBML, dbdiagram's language, as far as it says what tables, columns, enums and references there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec.structs import replace

from pgconform.sources.docs.cells import Said, default_of, of_type
from pgconform.sources.docs.drawing import Diagram, Line
from pgconform.sources.docs.facts import Fence, Part
from pgconform.support.patterns import deferred

_WORD = r'(?:"[^"\n]+"|[\w$]+)'
_PATH = rf"{_WORD}(?:\.{_WORD})*(?:\.\([^)\n]*\))?"
_UNREAD = deferred(r"//[^\n]*|/\*.*?\*/|'''.*?'''|'(?:\\.|[^'\\\n])*'|`[^`]*`|\"[^\"\n]*\"", re.DOTALL)
_TABLE = deferred(
    rf"^[ \t]*table\s+(?P<name>{_WORD}(?:\.{_WORD})?)(?:\s+as\s+(?P<alias>{_WORD}))?\s*(?:\[[^\]]*\]\s*)?\{{",
    re.IGNORECASE | re.MULTILINE,
)
_ENUM = deferred(rf"^[ \t]*enum\s+(?:{_WORD}\.)?(?P<name>{_WORD})\s*\{{", re.IGNORECASE | re.MULTILINE)
_LABEL = deferred(rf"^[ \t]*(?P<label>{_WORD})(?:[ \t]*\[[^\]]*\])?[ \t]*$", re.MULTILINE)
_COLUMN = deferred(
    rf"^[ \t]*(?P<name>{_WORD})[ \t]+(?P<type>(?:{_WORD}\.)?{_WORD}(?:\([^)\n]*\))?(?:\[\d*\])*)"
    r"(?:[ \t]*\[(?P<settings>[^\]]+)\])?[ \t]*$",
    re.MULTILINE,
)
_REF = deferred(rf"\bref\b[^:{{\n]*[:{{]\s*(?P<one>{_PATH})\s*(?P<kind><>|[<>-])\s*(?P<two>{_PATH})", re.IGNORECASE)
_INLINE = deferred(rf"^ref\s*:\s*(?P<kind><>|[<>-])\s*(?P<two>{_PATH})$", re.IGNORECASE)
_EMPTY = deferred(r"[^\n]")
_BRACE = deferred(r"[{}]")


def is_diagram(fence: Fence) -> bool:
    return fence.language == "dbml"


def read(fence: Fence) -> Diagram:
    """What a diagram draws; what is no part of this grammar is passed over."""
    return _Reader(fence).read()


class _Reader:
    """``bare`` is the text with as many characters, without comments and without what stands in quotes.

    ``flat`` is that without the blocks in blocks; ``ends`` says where the block ends that opens at a place.
    """

    def __init__(self, fence: Fence) -> None:
        self.fence = fence
        self.text = fence.text
        self.bare = _UNREAD.sub(_blank, fence.text)
        self.flat, self.ends = _flattened(self.bare)
        self.found = Diagram({}, [])
        self.known: dict[str, str] = {}

    def read(self) -> Diagram:
        enums = {self._plain(head, "name"): self._labels(head) for head in _ENUM.finditer(self.bare)}
        heads = list(_TABLE.finditer(self.bare))
        for head in heads:
            entity = self.found.entity(self._part(head, "name"))
            self.known[self._plain(head, "name")] = entity.name.text
            if head["alias"]:
                self.known[self._plain(head, "alias")] = entity.name.text
        for head in heads:
            entity = self.found.entity(self._part(head, "name"))
            for column in _COLUMN.finditer(self.flat, head.end(), self._end(head)):
                settings = list(self._settings(column))
                said = _said(self._plain(column, "type"), settings, enums)
                entity.attributes.append((self._part(column, "name"), said))
                for match in filter(None, map(_INLINE.match, settings)):
                    self._line(column, f"{entity.name.text}.{self._plain(column, 'name')}", match["kind"], match["two"])
        for ref in _REF.finditer(self.bare):
            self._line(ref, self._plain(ref, "one"), ref["kind"], self._plain(ref, "two"))
        return self.found

    def _end(self, head: re.Match[str]) -> int:
        """Where a block ends; one that is never closed holds nothing."""
        return self.ends.get(head.end() - 1, head.end())

    def _labels(self, head: re.Match[str]) -> tuple[str, ...]:
        return tuple(self._plain(label, "label") for label in _LABEL.finditer(self.flat, head.end(), self._end(head)))

    def _settings(self, column: re.Match[str]) -> Iterator[str]:
        """What stands between the commas of a column's brackets."""
        if column["settings"] is None:
            return
        start = column.start("settings")
        for piece in re.finditer(r"[^,(]*(?:\([^)]*\)[^,(]*)*", column["settings"]):
            yield self.text[start + piece.start() : start + piece.end()].strip()

    def _plain(self, match: re.Match[str], group: str) -> str:
        return self.text[slice(*match.span(group))].replace('"', "")

    def _part(self, match: re.Match[str], group: str) -> Part:
        start = match.start(group)
        quoted = self.text[start] == '"' and "." not in match[group]
        line = self.text.count("\n", 0, start)
        column = start - (self.text.rfind("\n", 0, start) + 1) + 1 + quoted
        return Part(self._plain(match, group), self.fence.line + line, column)

    def _line(self, at: re.Match[str], one: str, kind: str, two: str) -> None:
        """A reference: many refer to one; where nobody refers, or both may, its columns say nothing."""
        (first, columns), (second, others) = _ends(one), _ends(two.replace('"', ""))
        start = at.start() + len(at[0]) - len(at[0].lstrip())
        where = Part("", self.fence.line + self.text.count("\n", 0, start), start - self.text.rfind("\n", 0, start))
        first, second = self.known.get(first, first), self.known.get(second, second)
        match kind:
            case ">":
                self.found.lines.append(Line(first, second, where, columns))
            case "<":
                self.found.lines.append(Line(second, first, where, others))
            case _:
                self.found.lines.append(Line(first, second, where))


def _blank(found: re.Match[str]) -> str:
    """What stands in quotes as underscores, between them; a comment as spaces."""
    text = found[0]
    if text[0] in "\"'`" and "\n" not in text:
        return text[0] + "_" * (len(text) - 2) + text[-1]
    return _EMPTY.sub(" ", text)


def _flattened(text: str) -> tuple[str, dict[int, int]]:
    """The text with blocks in blocks left blank, and the end of each block by its beginning."""
    parts: list[str] = []
    ends: dict[int, int] = {}
    opened: list[int] = []
    before = 0
    for brace in _BRACE.finditer(text):
        piece = text[before : brace.start()]
        nested = len(opened) > (brace[0] == "}")
        parts += (_EMPTY.sub(" ", piece) if len(opened) > 1 else piece, " " if nested else brace[0])
        before = brace.end()
        if brace[0] == "{":
            opened.append(brace.start())
        elif opened:
            ends[opened.pop()] = brace.start()
    return "".join([*parts, text[before:]]), ends


def _ends(path: str) -> tuple[str, tuple[str, ...]]:
    """The table of ``a.b`` or ``a.(b, c)``, and its columns."""
    table, _, columns = path.rpartition(".")
    return table, tuple(name.strip() for name in columns.strip("()").split(","))


def _said(kind: str, settings: list[str], enums: dict[str, tuple[str, ...]]) -> Said:
    lowered = {item.lower() for item in settings}
    labels = enums.get(kind.rpartition(".")[2])
    said = Said(labels=labels) if labels else of_type(kind)
    default = next((item.partition(":")[2].strip() for item in settings if item.lower().startswith("default")), "")
    return replace(
        said,
        nullable=False if "not null" in lowered else True if "null" in lowered else None,
        default=default_of(default) if default else None,
        primary=bool(lowered & {"pk", "primary key"}),
    )
