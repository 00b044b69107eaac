"""Stage one of reading documents: a Markdown text becomes facts, purely. Blocks are CommonMark's, with tables."""

from __future__ import annotations

import itertools
import re
from functools import cache
from typing import TYPE_CHECKING

from pgconform.sources.docs.facts import Block, DocFacts, Fence, Grid, Item, Line, Part, Span
from pgconform.sources.docs.vocabulary import DATED, PLANNING, SECURED
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

_CODE = deferred(r"(?<!`)`([^`\n]+)`(?!`)")
_PIPE = deferred(r"(?<!\\)\|")
_QUOTE = deferred(r"^[ \t>]*")
_HEAD = 800
_LONG, _NEAR = 4_000, 500
"""Characters of a line of which only what is near counts, and how far that goes."""
_NOTE = deferred(r"<!--.*?-->", re.DOTALL)


def read_markdown(text: str) -> DocFacts:
    """The facts of one document."""
    reader = _Reader(text)
    for token in _parser().parse(text):
        reader.take(token)
    blocks = (tuple(reader.grids), tuple(reader.items), tuple(reader.fences))
    return DocFacts(*blocks, tuple(reader.spans), tuple(reader.secured), is_planning(text))


def is_planning(text: str) -> bool:
    """The first lines say that a document is a plan, a design or a dated note."""
    head = text[:_HEAD]
    title = next((line for line in head.split("\n") if line.startswith("# ")), "")
    return bool(PLANNING.search(title) or DATED.search(head))


@cache
def _parser() -> MarkdownIt:
    """CommonMark's blocks and tables; what stands within a line is read here, with its place."""
    from markdown_it import MarkdownIt

    found = MarkdownIt("commonmark").enable("table")
    found.core.ruler.disable(["inline"])
    return found


class _Reader:
    """Goes through a document's blocks once."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.grids: list[Grid] = []
        self.items: list[Item] = []
        self.fences: list[Fence] = []
        self.spans: list[Span] = []
        self.secured: list[Line] = []
        self.titles: list[tuple[int, str]] = []
        self.lead = ""
        self.heading = 0
        self.lists: list[int] = []
        self.count = 0
        self.waiting = False
        self.within_table = False

    @property
    def block(self) -> Block:
        return Block(tuple(title for _, title in self.titles), self.lead)

    def take(self, token: Token) -> None:
        match token.type:
            case "heading_open":
                self.heading = int(token.tag[1])
            case "inline" if token.map and not self.within_table:
                self._inline(token.content, token.map[0])
            case "table_open" if token.map:
                self._grid(token.map[0], token.map[1])
                self.within_table = True
            case "table_close":
                self.within_table, self.lead = False, ""
            case "bullet_list_open" | "ordered_list_open":
                self.count += not self.lists
                self.lists.append(self.count)
            case "bullet_list_close" | "ordered_list_close":
                self.lists.pop()
                self.lead = self.lead if self.lists else ""
            case "list_item_open":
                self.waiting = True
            case "fence" if token.map:
                self._fence(token.info, token.content, token.map[0])
                self.lead = ""

    def _inline(self, content: str, line: int) -> None:
        if not self.heading and SECURED.search(content):
            self._lines(content, line)
        if self.heading:
            self.titles = [title for title in self.titles if title[0] < self.heading]
            self.titles.append((self.heading, content.strip()))
            self.heading, self.lead = 0, ""
        elif self.lists and self.waiting:
            self.waiting = False
            self._item(content, line)
        elif not self.lists:
            self.lead = _NOTE.sub("", content).strip()
        self._spans(content, line)

    def _item(self, content: str, line: int) -> None:
        first = content.split("\n", 1)[0]
        column = max(self.lines[line].find(first), 0) + 1
        self.items.append(Item(self.block, Part(first, line + 1, column), len(self.lists) - 1, self.lists[-1]))

    def _lines(self, content: str, line: int) -> None:
        for number in range(line, min(line + content.count("\n") + 1, len(self.lines))):
            source = self.lines[number]
            if SECURED.search(source):
                indent = len(source) - len(source.lstrip())
                self.secured.append(Line(self.block, Part(source.strip(), number + 1, indent + 1)))

    def _spans(self, content: str, line: int) -> None:
        if "`" not in content:
            return
        for number in range(line, min(line + content.count("\n") + 1, len(self.lines))):
            source = self.lines[number]
            whole = source.strip()
            for found in _CODE.finditer(source):
                around = whole if len(source) <= _LONG else _near(source, *found.span())
                self.spans.append(Span(found[1], number + 1, found.start(1) + 1, around))

    def _grid(self, start: int, end: int) -> None:
        rows = [self._cells(number) for number in range(start, end) if number != start + 1]
        if rows:
            self.grids.append(Grid(self.block, rows[0], tuple(row for row in rows[1:] if row)))
        for number in range(start, end):
            self._spans(self.lines[number], number)

    def _cells(self, number: int) -> tuple[Part, ...]:
        """The cells of a source line; ``\\|`` is no border."""
        source = self.lines[number].rstrip("\r")
        begin = len(_QUOTE.match(source)[0])  # type: ignore[index]
        begin += source[begin : begin + 1] == "|"
        stop = len(source.rstrip())
        stop -= source[:stop].endswith("|") and not source[:stop].endswith("\\|") and stop > begin
        borders = [begin - 1, *(found.start() for found in _PIPE.finditer(source, begin, stop)), stop]
        return tuple(_part(source, left + 1, right, number) for left, right in itertools.pairwise(borders))

    def _fence(self, info: str, content: str, line: int) -> None:
        language = info.strip().split(None, 1)[0].lower().strip("{}.") if info.strip() else ""
        first = content.split("\n", 1)[0]
        shown = self.lines[line + 1] if line + 1 < len(self.lines) else ""
        column = max(shown.find(first), 0) + 1 if first else 1
        self.fences.append(Fence(self.block, language, content, line + 2, column))


def _near(source: str, start: int, end: int) -> str:
    """What stands around a span of a line that is longer than a person writes, behind the mark that the line begins
    with: thousands of spans would hold all of it each.
    """
    return source.lstrip()[:1] + source[max(0, start - _NEAR) : end + _NEAR]


def _part(source: str, start: int, end: int, number: int) -> Part:
    text = source[start:end]
    kept = text.strip()
    return Part(kept, number + 1, start + len(text) - len(text.lstrip()) + 1 if kept else start + 1)
