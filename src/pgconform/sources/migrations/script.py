"""A document as a list of statements, whatever in it does not parse."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pgconform.shape import Location
from pgconform.sources.migrations.document import Document
from pgconform.sql.parser import Parsed, SqlSyntaxError, Tree, parse
from pgconform.sql.split import Cut, cut, first_word
from pgconform.support.patterns import deferred

_COMMAND = deferred(rb"\s*\\(\S+)\s*(.*)")
INCLUDES = frozenset({"i", "ir", "include", "include_relative"})
IGNORED = frozenset(
    "c connect echo encoding errverbose g gx pset r restrict set timing unrestrict unset warn x q ! t a".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Statement:
    """One statement where it stands. ``base`` is added to the tree's offsets; ``fault`` says why it did not parse."""

    document: Document = field(repr=False)
    start: int
    end: int
    kind: str = ""
    tree: Tree = field(default_factory=dict, repr=False)
    base: int = 0
    fault: str = ""

    @property
    def sql(self) -> bytes:
        return self.document.sql[self.start : self.end]

    @cached_property
    def at(self) -> Location:
        return self.document.place(self.start)

    def place(self, offset: int | None) -> Location:
        """The place of one of the tree's offsets, or the statement's own."""
        return self.at if offset is None else self.document.place(self.base + offset)


@dataclass(frozen=True)
class Include:
    """``\\i name`` of psql, or ``\\ir``: relative to the file itself."""

    name: str
    relative: bool
    at: Location


@dataclass(frozen=True)
class Command:
    """Another command of psql, which is not obeyed."""

    name: str
    at: Location


def items(document: Document) -> Iterator[Statement | Include | Command]:
    """What a document says, in order."""
    try:
        yield from _statements(document, parse(document.sql))
    except SqlSyntaxError:
        yield from _mended(document)


def _statements(document: Document, found: list[Parsed], base: int = 0) -> Iterator[Statement]:
    for one in found:
        start = first_word(document.sql, base + one.start)
        yield Statement(document, start, base + one.end, one.kind, one.tree, base)


def _mended(document: Document) -> Iterator[Statement | Include | Command]:
    """The document with all that is no SQL taken out, and cut into statements where it still does not parse."""
    cuts = list(cut(document.sql))
    rest = document.blanked(*((one.start, one.end) for one in cuts if one.kind != "statement"))
    said = [_command(document, one) for one in cuts if one.kind == "command"]
    try:
        found = list(_statements(rest, parse(rest.sql)))
    except SqlSyntaxError:
        found = [statement for one in cuts if one.kind == "statement" for statement in _alone(rest, one)]
    placed = [(document_order(item), item) for item in (*found, *said) if not _ignored(item)]
    yield from (item for _, item in sorted(placed, key=lambda pair: pair[0]))


def document_order(item: Statement | Include | Command) -> tuple[int, int]:
    return (item.at.line, item.at.column)


def _ignored(item: Statement | Include | Command) -> bool:
    return isinstance(item, Command) and item.name in IGNORED


def _alone(document: Document, one: Cut) -> Iterator[Statement]:
    """One stretch parsed by itself; what fails stands as it is, with the parser's reason."""
    start = first_word(document.sql, one.start)
    sql = document.sql[start : one.end]
    if start >= one.end or sql.strip() == b";":
        return
    try:
        yield from _statements(document, parse(sql), start)
    except SqlSyntaxError as fault:
        yield Statement(document, start, one.end, fault=fault.message)


def _command(document: Document, one: Cut) -> Include | Command:
    match = _COMMAND.match(document.sql, one.start, one.end)
    name, rest = (match[1].decode("utf-8", "replace"), match[2].decode("utf-8", "replace")) if match else ("", "")
    at = document.place(one.start)
    if name in INCLUDES:
        return Include(rest.strip().strip("'\""), name in ("ir", "include_relative"), at)
    return Command(name, at)
