"""Bytes of a Python file as a syntax tree, whatever its encoding; and places in characters instead of bytes."""

from __future__ import annotations

import ast
import codecs
import io
import sys
import tokenize
import warnings
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from typing import Any, Protocol

import msgspec

from pgconform.sources.python.syntax import newer
from pgconform.sources.python.syntax.bodies import bodies, emptied, stand
from pgconform.sources.python.syntax.fstrings import with_no_templates, with_other_quotes
from pgconform.sources.python.syntax.templates import marked, unified
from pgconform.support.patterns import deferred

LIMIT = 4_000_000
_FAULTS = (SyntaxError, ValueError, LookupError, RecursionError, MemoryError)


class Unparsable(Exception):  # noqa: N818  a fact about a file, no fault of the program
    """The file is no Python that can be read. ``kind`` is "syntax" or "decode", ``line`` 0 when it is not known."""

    def __init__(self, reason: str, kind: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason, self.kind, self.line = reason, kind, line


class Span(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """Where something stands in its file. Lines and columns count from 1, in characters."""

    line: int
    column: int
    end_line: int
    end_column: int


class Lines:
    """Converts the byte offsets of a syntax tree to columns in characters."""

    def __init__(self, source: bytes) -> None:
        self.source = source
        self.wide: frozenset[int] = frozenset()
        """The lines in which not every character is one byte."""
        if not source.isascii():
            self.wide = frozenset(
                [number for number, plain in enumerate(map(bytes.isascii, self.rows), 1) if not plain]
            )

    @cached_property
    def rows(self) -> list[bytes]:
        """The file's lines in UTF-8, with their ends."""
        return self.text.splitlines(keepends=True)

    @cached_property
    def text(self) -> bytes:
        """The file in UTF-8."""
        return _decoded(self.source)

    @cached_property
    def starts(self) -> list[int]:
        """Where in the UTF-8 form each line starts, and the last one ends."""
        return [0, *accumulate(map(len, self.rows))]

    def range(self, node: ast.stmt | ast.ExceptHandler) -> tuple[int, int]:
        """The bytes of the UTF-8 form at which the lines of a statement start, and end."""
        starts = self.starts
        last = min(node.end_lineno or node.lineno, len(starts) - 1)
        return starts[min(node.lineno - 1, last)], starts[last]

    def text_of(self, node: ast.stmt | ast.ExceptHandler) -> bytes:
        """The lines of a statement in UTF-8."""
        start, end = self.range(node)
        return self.text[start:end]

    def column(self, line: int, offset: int) -> int:
        """The column, from 1, of a byte offset in the UTF-8 form of a line."""
        if line not in self.wide:
            return offset + 1
        return len(self.rows[line - 1][:offset].decode("utf-8", "replace")) + 1

    def span(self, node: ast.expr | ast.stmt) -> Span:
        end_line = node.end_lineno or node.lineno
        end = node.end_col_offset if node.end_col_offset is not None else node.col_offset
        return Span(node.lineno, self.column(node.lineno, node.col_offset), end_line, self.column(end_line, end))


_HERE = f"{sys.version_info.major}.{sys.version_info.minor}"
"""A file may be written for a newer one."""
_OLD = deferred(r"Missing parentheses in call to")
"""What is said of a file that is written for Python 2."""


class Parsed(msgspec.Struct, frozen=True):
    """A syntax tree; ``parameters`` are type parameters written in a syntax newer than this Python, by line."""

    tree: ast.Module
    lines: Lines
    parameters: dict[int, tuple[str, ...]] = {}


class Glancing(Protocol):
    """What a glance at the lines of a file tells of its functions."""

    lines: Lines

    def passes_over(self, name: str, start: int, end: int) -> bool:
        """What is in the function with these lines need not be parsed."""


def parse(source: bytes, glance: Glancing | None = None) -> Parsed:
    """The syntax tree of a file; of functions that a ``glance`` at its lines passes over, the heads.

    Raises `Unparsable`. What is in such a function may be no Python.
    """
    if len(source) > LIMIT:
        raise Unparsable(f"it is larger than {LIMIT // 1_000_000} MB", "unsupported")
    if glance and (partly := _partly(glance)) is not None:
        return partly
    try:
        return Parsed(_tree(source), glance.lines if glance else Lines(source))
    except _FAULTS as error:
        first = error
    try:
        if (read := _newer(source)) is not None:
            return read
    except _FAULTS as error:
        raise _reason(error) from None
    raise _reason(first) from None


def _partly(glance: Glancing) -> Parsed | None:
    """The tree without what is in functions that are passed over; None where there are none, or one is no function."""
    lines = glance.lines
    if lines.text != lines.source:
        return None
    try:
        chosen = [body for body in bodies(lines.text) if glance.passes_over(body.name, body.start, body.end)]
        shorter, ranges = emptied(lines.text, chosen)
        tree = _tree(shorter) if chosen else None
    except _FAULTS:
        return None
    return Parsed(tree, lines) if tree and stand(tree, ranges) else None


def _tree(source: bytes) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return unified(ast.parse(source), source)


def _newer(source: bytes) -> Parsed | None:
    """The tree of a file that uses a syntax which this Python does not know; None where it has none that we do.

    Type parameters, ``type``, free f-strings; several exceptions in a handler without brackets, t-strings.
    """
    if sys.version_info >= (3, 14):
        return None
    older, templates = with_no_templates(newer.with_joined_handlers(source))
    parameters: dict[int, tuple[str, ...]] = {}
    if sys.version_info < (3, 12):
        older, parameters = newer.without_type_parameters(with_other_quotes(older))
    return Parsed(marked(_tree(older), templates), Lines(older), parameters) if older != source else None


def within(roots: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes in some trees, these included, in no order; but operators, and how names are used."""
    waiting = list(roots)
    while waiting:
        node = waiting.pop()
        yield node
        for field in _FIELDS[type(node)]:
            found = getattr(node, field, None)
            if type(found) is list:
                waiting += [item for item in found if isinstance(item, ast.AST)]
            elif isinstance(found, ast.AST):
                waiting.append(found)


class _Fields(dict[type[Any], tuple[str, ...]]):
    """The fields of each kind of node in which others may be."""

    def __missing__(self, kind: type[Any]) -> tuple[str, ...]:
        self[kind] = found = tuple([field for field in kind._fields if field not in _BARE])
        return found


_FIELDS = _Fields()
_BARE = frozenset({"ctx", "op", "ops", "id", "attr", "arg", "kind", "type_comment", "conversion"})


def _reason(error: Exception) -> Unparsable:
    match error:
        case SyntaxError(msg=message) if "encoding" in message or "codec" in message or "utf-8" in message:
            return Unparsable(f"it does not decode: {message}", "decode", error.lineno or 0)
        case SyntaxError(msg=message):
            why = f"it does not parse as Python {_HERE}, on which pgconform runs: {message}"
            hint = "" if _OLD.match(message) else "; if it is written for a newer one, run pgconform on that"
            return Unparsable(why + hint, "syntax", error.lineno or 0)
        case UnicodeError() | LookupError():
            return Unparsable(f"it does not decode: {error}", "decode")
        case ValueError():
            return Unparsable(f"it does not parse: {error}", "syntax")
        case _:
            return Unparsable("it is nested too deeply", "syntax")


def _decoded(source: bytes) -> bytes:
    """The text in UTF-8; it is that already where nothing says otherwise."""
    if not source.startswith(codecs.BOM_UTF8) and b"coding" not in source:
        return source
    try:
        return source.decode(tokenize.detect_encoding(io.BytesIO(source).readline)[0]).encode()
    except (SyntaxError, UnicodeError, LookupError):
        return source
