"""What the server and the process that judges say to each other."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from pgconform.finding import Finding


class Span(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of a text as the protocol counts: lines from 0, and units of UTF-16 in them; its end is not in it."""

    line: int
    character: int
    end_line: int
    end_character: int


class Change(msgspec.Struct, frozen=True, array_like=True):
    """``text`` takes the place of what stands there."""

    span: Span
    text: str


class Place(msgspec.Struct, frozen=True, array_like=True):
    """A stretch of the file at ``path``."""

    path: str
    span: Span


class Changed(msgspec.Struct, frozen=True, array_like=True):
    """Changes of the file at ``path``, which all count from its text as it was judged."""

    path: str
    changes: tuple[Change, ...]


class Shown(msgspec.Struct, frozen=True, array_like=True):
    """A finding at its place in a file. ``truth`` is where the schema says so; None: in no file.

    ``mended`` carries out its change, as far as that was asked for; ``definition`` is what it is about, in SQL.
    """

    finding: Finding
    span: Span
    truth: Place | None = None
    mended: Changed | None = None
    definition: str = ""


class Question(msgspec.Struct, frozen=True, array_like=True):
    """Judge the project that the directory ``start`` is of.

    ``texts`` are those of open files by their paths; only for findings in these changes and definitions are told.
    ``anew``: other files, the settings or the truth may be others than at the last question.
    """

    start: str
    texts: dict[str, str]
    anew: bool = True


class Judged(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """The findings by the paths of their files; ``placeless`` are those in none.

    ``mended`` are the changes of each open file that mend all that can be mended safely; ``rules`` say in short what
    those are about that found something. ``sites`` counts what was judged, and ``unjudged`` what could not be.
    """

    truth: str
    files: dict[str, tuple[Shown, ...]]
    placeless: tuple[str, ...] = ()
    mended: tuple[Changed, ...] = ()
    rules: dict[str, str] = {}
    sites: int = 0
    unjudged: int = 0


class Fault(msgspec.Struct, frozen=True, array_like=True, tag=True):
    """Why there is no answer, and what to do. ``quiet``: there is nothing here to be judged."""

    message: str
    help: str = ""
    quiet: bool = False

    def __str__(self) -> str:
        return f"pgconform: {self.message}{f'  ({self.help})' if self.help else ''}"


Answer: TypeAlias = Judged | Fault
HEAD = 8
"""Bytes in front of a question, or an answer, that tell its length."""
