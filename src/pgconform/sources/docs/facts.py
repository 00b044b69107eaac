"""What one document holds, before anything is known of a schema: tables, list items, code spans and fences.

Lines and columns count from 1, in characters. ``titles`` are the headings a block stands under, outermost first, and
``lead`` the paragraph right before it.
"""

from __future__ import annotations

import msgspec


class Part(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A stretch of one source line, as it is written."""

    text: str
    line: int
    column: int


class Block(msgspec.Struct, frozen=True, array_like=True):
    """Where a block stands."""

    titles: tuple[str, ...] = ()
    lead: str = ""


class Grid(msgspec.Struct, frozen=True, array_like=True):
    """A table: its header's cells, and each row's."""

    block: Block
    header: tuple[Part, ...]
    rows: tuple[tuple[Part, ...], ...]


class Item(msgspec.Struct, frozen=True, array_like=True):
    """A list's item: its first line. ``depth`` 0 is of an outermost list; ``list`` numbers the lists of a file."""

    block: Block
    text: Part
    depth: int
    list: int


class Fence(msgspec.Struct, frozen=True, array_like=True):
    """A fenced block: its language in lower case, and the first line of its text."""

    block: Block
    language: str
    text: str
    line: int
    column: int = 1


class Line(msgspec.Struct, frozen=True, array_like=True):
    """A line of running text, or an item's, that speaks of row-level security."""

    block: Block
    text: Part


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A code span in running text, and the line it stands in; of a very long line what is near."""

    text: str
    line: int
    column: int
    around: str


LARGEST = 2_000_000
"""Bytes of a document that is read: what is larger is a dump of other files, and takes longer than all else."""


class DocFacts(msgspec.Struct, frozen=True, array_like=True):
    """What a document holds, in its order. ``planning``: it says itself that it is a plan, a design or a dated note.

    ``size`` is that of one which is too large to be read, in bytes, else 0.
    """

    grids: tuple[Grid, ...] = ()
    items: tuple[Item, ...] = ()
    fences: tuple[Fence, ...] = ()
    spans: tuple[Span, ...] = ()
    lines: tuple[Line, ...] = ()
    planning: bool = False
    size: int = 0
