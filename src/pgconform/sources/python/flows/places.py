"""Where the characters of a string literal stand: through prefixes, escapes, line ends, f-string fields and pieces."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Generator, Iterator
from functools import cache
from typing import NamedTuple, TypeAlias

from pgconform.sources.python.syntax.tree import Lines
from pgconform.support.patterns import deferred

Mark: TypeAlias = tuple[int, int, int]
LONGEST = 20_000

_OPEN = deferred(rb"([rRbBuUfFtT]{0,2})(\"\"\"|'''|\"|')")
_ESCAPE = rb"\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|[0-7]{1,3}|\r?\n|.)"
_SIMPLE = b"\\'\"abfnrtv01234567"
_BRACKETS = {b"(": 1, b"[": 1, b"{": 1, b")": -1, b"]": -1, b"}": -1}
_FIELD = deferred(rb"[\[\](){}]|\"\"\"|'''|\"|'")


class Piece:
    """A run of literal text, or with ``field`` the place of a replacement field."""

    __slots__ = ("field", "length", "marks")

    def __init__(self, field: bool = False) -> None:
        self.field = field
        self.length = 0
        self.marks: list[Mark] = []


def text_marks(lines: Lines, node: ast.expr, value: str) -> tuple[Mark, ...]:
    """The marks of a string constant; () when they are not certain."""
    pieces = list(scan(lines, node))
    if len(pieces) != 1 or pieces[0].field or pieces[0].length != len(value):
        return ()
    return tuple(pieces[0].marks)


def joined_marks(lines: Lines, node: ast.JoinedStr) -> list[tuple[Mark, ...]]:
    """The marks of each part of an f-string, () for its fields and wherever they are not certain."""
    return _plain_marks(lines, node) or _scanned_marks(lines, node)


def _plain_marks(lines: Lines, node: ast.JoinedStr) -> list[tuple[Mark, ...]]:
    """The marks of an f-string that is one literal on one line and has no escapes; nothing of another."""
    line, start = node.lineno, node.col_offset
    text = lines.rows[line - 1][start : node.end_col_offset]
    opening = _OPEN.match(text)
    if line != node.end_lineno or opening is None or b"\\" in text or b"{{" in text or b"}}" in text:
        return []
    found: list[tuple[Mark, ...]] = []
    position = opening.end()
    for part in node.values:
        literal = part.value if isinstance(part, ast.Constant) else None
        if isinstance(literal, str):
            found.append(((0, line, lines.column(line, start + position)),))
            said = literal.encode("utf-8", "replace")
            if not text.startswith(said, position):
                return []
            position += len(said)
        elif text.startswith(b"{", position):
            position = _field_end(text, position + 1)
            found.append(())
        else:
            return []
    return found if text[position:] == opening[2] else []


def _scanned_marks(lines: Lines, node: ast.JoinedStr) -> list[tuple[Mark, ...]]:
    """The same of any f-string, by going through its text."""
    nothing: list[tuple[Mark, ...]] = [() for _ in node.values]
    pieces = [piece for piece in scan(lines, node) if piece.field or piece.length]
    if len(pieces) != len(node.values):
        return nothing
    for number, (piece, part) in enumerate(zip(pieces, node.values, strict=True)):
        literal = part.value if isinstance(part, ast.Constant) else None
        if piece.field == isinstance(literal, str):
            return nothing
        if isinstance(literal, str):
            if len(literal) != piece.length:
                return nothing
            nothing[number] = tuple(piece.marks)
    return nothing


def scan(lines: Lines, node: ast.expr) -> Iterator[Piece]:
    """The pieces of a literal, adjacent text joined as Python joins it."""
    source = _Segment(lines, node)
    if len(source.text) > LONGEST:
        return
    current: Piece | None = None
    for piece in _pieces(source):
        if current is not None and not current.field and not piece.field:
            current.marks += [(offset + current.length, line, column) for offset, line, column in piece.marks]
            current.length += piece.length
            continue
        if current is not None:
            yield current
        current = piece
    if current is not None:
        yield current


class _Segment:
    """The UTF-8 text of a node and where its bytes stand."""

    def __init__(self, lines: Lines, node: ast.expr) -> None:
        first, last = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        rows = [row.rstrip(b"\r\n") for row in lines.rows[first : last + 1]]
        self.lines, self.line, self.offset = lines, node.lineno, node.col_offset
        end = (node.end_col_offset or 0) - (node.col_offset if first == last else 0)
        rows[0] = rows[0][node.col_offset :]
        rows[-1] = rows[-1][:end]
        self.text = b"\n".join(rows)
        self.starts = [0]
        for row in rows[:-1]:
            self.starts.append(self.starts[-1] + len(row) + 1)

    def place(self, offset: int) -> tuple[int, int]:
        """(line, column) of a byte."""
        row = bisect_right(self.starts, offset) - 1
        line, within = self.line + row, offset - self.starts[row] + (self.offset if row == 0 else 0)
        return line, self.lines.column(line, within)


def _pieces(source: _Segment) -> Iterator[Piece]:
    position = 0
    while opening := _next_literal(source.text, position):
        prefix, quote = opening[1].lower(), opening[2]
        form = _form(quote, b"r" in prefix, b"f" in prefix or b"t" in prefix)
        position = yield from _literal(source, opening.end(), form)


class _Form(NamedTuple):
    quote: bytes
    raw: bool
    fields: bool
    tokens: re.Pattern[bytes]


@cache
def _form(quote: bytes, raw: bool, fields: bool) -> _Form:
    tokens = [rb"\\.|\n" if raw else _ESCAPE + rb"|\n", re.escape(quote)]
    tokens += [rb"\{\{|\}\}|\{"] if fields else []
    return _Form(quote, raw, fields, re.compile(b"|".join(tokens), re.DOTALL))


def _next_literal(text: bytes, position: int) -> re.Match[bytes] | None:
    """The next opening quote; between literals stand only spaces, comments and line joins."""
    while position < len(text):
        if text[position : position + 1] == b"#":
            end = text.find(b"\n", position)
            position = len(text) if end < 0 else end
        elif opening := _OPEN.match(text, position):
            return opening
        else:
            position += 1
    return None


def _literal(source: _Segment, start: int, form: _Form) -> Generator[Piece, None, int]:
    """The pieces of one literal, and where it ends."""
    text, position = source.text, start
    piece = _begun(source, start)
    while found := form.tokens.search(text, position):
        piece.length += len(text[position : found.start()].decode("utf-8", "replace"))
        token, position = found[0], found.end()
        if token == form.quote:
            yield piece
            return position
        if token == b"{" and form.fields:
            yield piece
            yield Piece(field=True)
            position = _field_end(text, position)
            piece = _begun(source, position)
            continue
        piece.length += _decoded_length(token, form.raw)
        piece.marks.append((piece.length, *source.place(position)))
    return len(text)


def _begun(source: _Segment, position: int) -> Piece:
    piece = Piece()
    piece.marks.append((0, *source.place(position)))
    return piece


def _decoded_length(token: bytes, raw: bool) -> int:
    """How many characters an escape, a line end or a doubled brace makes."""
    if token[:1] != b"\\" or len(token) == 1:
        return 1
    if raw:
        return len(token)
    if token[1:] in (b"\n", b"\r\n"):
        return 0
    return 1 if len(token) > 2 or token[1:2] in _SIMPLE else 2


def _field_end(text: bytes, position: int) -> int:
    """The byte after the brace that closes a replacement field; nested strings are stepped over."""
    depth = 1
    while found := _FIELD.search(text, position):
        token, position = found[0], found.end()
        if change := _BRACKETS.get(token, 0):
            depth += change
            if depth == 0:
                return position
        elif (end := text.find(token, position)) >= 0:
            position = end + len(token)
    return len(text)
