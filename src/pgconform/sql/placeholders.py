"""A program's statement as a server takes it: every driver's placeholders as ``$n``, and the way back to the text."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cache, lru_cache
from itertools import accumulate
from typing import NamedTuple

from pgconform.request import HOLE, Statement
from pgconform.sql.commands import Within, within
from pgconform.sql.drivers import SENDS_APART
from pgconform.sql.holes import literal, stand_ins
from pgconform.sql.leading import LEADING
from pgconform.sql.standing import PARAMETER, Open, StandIn, UnknownPartError
from pgconform.sql.tokens import HOLDERS, NONE, PARTS
from pgconform.support.patterns import deferred

_ODD = deferred(rf"(?=[{HOLE}%:{{}}?/N-])(?:[{HOLE}%:{{}}?]|--|/\*|\b{NONE}\b)")
"""What a text has in it that cannot be sent as it is."""
_NUMBERED = deferred(r"\$(\d{1,4})\b")
_DATA = deferred(rf"{LEADING}[\s(]*(?:select|insert|update|delete|with|merge|values|call)\b", re.IGNORECASE)
_LEADING = deferred(LEADING)
_COMMON = rf"[^'\"$/\\{{}}?{HOLE}%N-]*"
_QUOTED = rf"'[^'$\\%N{HOLE}]*'|\"[^\"$%N{HOLE}]*\""
_PLAIN = deferred(rf"{_COMMON}(?:(?:%s|{_QUOTED}|N(?!{NONE[1:]}\b)|-(?!-)|/(?!\*)){_COMMON})*+")
"""A text of which all is known, and which has no other placeholders than the simplest."""
_SEVERAL = deferred(r"[nNsS]\s*%s")
"""What may be IN or VALUES before one, which a driver fills with a tuple, or with rows."""
_NONE = deferred(rf"\b{NONE}\b")
_TUPLE = deferred(r"\bin$")
_NEAR = 16
_ROWS = deferred(r"\(([^()]*)\)\s*values\s*$", re.IGNORECASE)


_ALIASED = deferred(r"\s*\)\s*(?:as\s+)?(?:\"[^\"]+\"|\w+)\s*\(([^()]*)\)", re.IGNORECASE)
"""What follows the rows of ``FROM (VALUES %s) AS name (columns)``."""
_WORD_BEFORE = deferred(r"(?:\w+|[\"'\])@])\s*\Z")
_AWAITING = frozenset(
    {"where", "and", "or", "not", "like", "ilike", "in", "between", "then", "else", "when", "limit", "offset", "select"}
    | {"by", "set", "values", "returning", "on", "having", "is", "to"}
)
"""Words after which a question mark is a value."""
_OPERAND = deferred(rf"[|&](?!\|)|\s*(?:['(]|\$[\d{HOLE}]|%[s(]|:[A-Za-z_]|array\b|{HOLE})", re.IGNORECASE)


class Normal(NamedTuple):
    """``sql`` as it is sent; ``starts`` are pairs (offset there, offset in the program's text), ascending.

    Where ``around`` is what stands around placeholders of two characters, these follow from it. ``names`` are what a
    program calls the parameters, in order: their number from 0 or their name, "" where it gives no value of its own.
    ``reason``: it cannot be sent, and why. ``open`` is what is not proven, as something stands for parts that are not
    known.
    """

    sql: str
    starts: tuple[tuple[int, int], ...] = ()
    reason: str = ""
    names: tuple[str, ...] = ()
    open: Open = Open.NOTHING
    around: tuple[str, ...] = ()

    def original(self, offset: int) -> int:
        """Where a character of ``sql`` stands in the program's text."""
        starts = self.placed()
        place = bisect_right(starts, offset, key=lambda pair: pair[0]) - 1
        if place < 0:
            return offset
        start, there = starts[place]
        following = starts[place + 1][1] if place + 1 < len(starts) else there + offset - start
        return min(there + offset - start, following)

    def placed(self) -> tuple[tuple[int, int], ...]:
        """The ``starts``, worked out where that is to be done."""
        found, sent, there = list(self.starts), 0, 0
        for number, part in enumerate(self.around):
            if number:
                found.append((sent, there))
                sent, there = sent + 1 + len(str(number)), there + 2
            found.append((sent, there))
            sent, there = sent + len(part), there + len(part)
        return tuple(found)


class _UnsendableError(Exception):
    """The text cannot be made a statement of which a server can judge."""


@cache
def _pattern(style: str) -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{part})" for name, part in PARTS.items())
    odd = rf"(?P<number>\${HOLE})|(?P<brace>[{{}}])|(?P<mark>\?)"
    return re.compile(rf"(?=[eE'\"$/%:\\{{}}?-])(?:{named}|(?P<holder>{HOLDERS[style]})|{odd})", re.DOTALL)


@cache
def _holders(style: str) -> re.Pattern[str]:
    return re.compile(HOLDERS[style])


def normal(statement: Statement) -> Normal:
    """The statement as it is sent to a server, or why it cannot be."""
    return _kept(statement.text.value, statement.style, statement.api.partition(".")[0] in SENDS_APART)


def made(text: str, style: str, apart: bool = False) -> Normal:
    """The text of a statement with placeholders of that style as it is sent to a server, or why it cannot be.

    ``apart``: what a placeholder stands for is sent by itself, so that it is always one value.
    """
    if not _DATA.match(text):
        start = _LEADING.match(text)
        part = within(text, start.end() if start else 0)
        return _part(text, style, part, apart) if part else Normal("", reason="it is a command, no query")
    if style == "pyformat" and "%s" in text and _PLAIN.fullmatch(text) and (apart or not _SEVERAL.search(text)):
        return _plain(text)
    if not _ODD.search(text):
        return Normal(text, ((0, 0),), names=numbered(text))
    try:
        return _Sending(text, style, apart).sent()
    except _UnsendableError as refused:
        return Normal("", reason=str(refused))


def _plain(text: str) -> Normal:
    """The text with each ``%s`` as the next parameter: what `_Sending` makes of it, in less time."""
    parts = text.split("%s")
    pieces = [""] * (2 * len(parts) - 1)
    pieces[::2] = parts
    pieces[1::2], names = _numbers(len(parts) - 1)
    return Normal("".join(pieces), (), "", names, Open.NOTHING, tuple(parts))


@cache
def _numbers(count: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """So many parameters as they are sent, and their names."""
    return tuple([f"${number + 1}" for number in range(count)]), tuple(map(str, range(count)))


def _part(text: str, style: str, part: Within, apart: bool) -> Normal:
    """What is sent of a command, whose rows are others than those of the query in it."""
    piece = text[part.start : part.end]
    found = Normal(piece, ((0, 0),)) if part.before else made(piece, style, apart)
    return found._replace(
        sql=f"{part.before}{found.sql}{part.after}",
        starts=tuple((sent + len(part.before), there + part.start) for sent, there in found.placed()),
        names=(*found.names, *[""] * part.unnamed),
        open=found.open | Open.ROWS,
        around=(),
    )


def numbered(text: str) -> tuple[str, ...]:
    """The names of parameters that are numbered in the text itself: ``$1`` is the first value."""
    return tuple(map(str, range(max(map(int, _NUMBERED.findall(text)), default=0)))) if "$" in text else ()


_kept = lru_cache(maxsize=65_536)(made)


class _Sending:
    """Puts a statement together piece by piece."""

    def __init__(self, text: str, style: str, apart: bool) -> None:
        self.text = text
        self.style = style
        self.apart = apart
        self.pieces: list[str] = []
        self.places: list[int] = []
        self.names = list(numbered(text))
        self.unnamed = 0
        self.open = Open.NOTHING

    def sent(self) -> Normal:
        position = 0
        for item in self.unknown():
            self.known(position, item.start)
            self.instead(item.text, item.start)
            self.open |= item.leaves
            position = item.end
        self.known(position, len(self.text))
        starts = tuple(zip(accumulate(map(len, self.pieces), initial=0), self.places, strict=False))
        return Normal("".join(self.pieces), starts, "", tuple(self.names), self.open)

    def unknown(self) -> list[StandIn]:
        """What stands for the parts that are not known."""
        if HOLE not in self.text and not (NONE in self.text and _NONE.search(self.text)):
            return []
        try:
            return stand_ins(self.text, self.style)
        except UnknownPartError:
            raise _UnsendableError("a part of it is not known") from None

    def known(self, position: int, end: int) -> None:
        """The text between two offsets."""
        text = self.text
        for found in _pattern(self.style).finditer(text, position, end):
            start = found.start()
            if position < start:
                self.pieces.append(text[position:start])
                self.places.append(position)
            if found.lastgroup == "holder":
                self.holder(found[0], start)
            else:
                self.part(str(found.lastgroup), found[0], start)
            position = found.end()
        self.add(text[position:end], position)

    def add(self, piece: str, at: int) -> None:
        if piece:
            self.pieces.append(piece)
            self.places.append(at)

    def parameter(self, at: int, name: str = "") -> None:
        self.names.append(name)
        self.pieces.append(f"${len(self.names)}")
        self.places.append(at)

    def part(self, kind: str, piece: str, at: int) -> None:
        match kind:
            case "number":
                self.parameter(at)
            case "brace":
                raise _UnsendableError("it is a template")
            case "string" | "body" if HOLE in piece:
                self.instead(literal(self.text[:at]), at)
            case "string" if self.filled(piece):
                self.open |= Open.VALUES | Open.LITERALS
                self.instead(literal(self.text[:at]), at)
            case "comment":
                self.add(re.sub(r"[^\n]", " ", piece), at)
            case "mark" if self.style != "numeric" and not self.is_operator(at):
                raise _UnsendableError("its placeholders are another database's")
            case _:
                self.quoted(piece, at)

    def is_operator(self, at: int) -> bool:
        """A question mark between two operands, as JSON has it: ``data ? 'key'``."""
        before = _WORD_BEFORE.search(self.text, max(0, at - _NEAR), at)
        return (
            before is not None
            and before[0].strip().lower() not in _AWAITING
            and _OPERAND.match(self.text, at + 1) is not None
        )

    def instead(self, text: str, at: int) -> None:
        """A text of ours, in which each `PARAMETER` is one."""
        for number, part in enumerate(text.split(PARAMETER)):
            if number:
                self.parameter(at)
            self.add(part, at)

    def holder(self, piece: str, at: int) -> None:
        """A placeholder; one that a driver fills with a tuple, or with rows, is several."""
        if piece == "?" and self.is_operator(at):
            self.add(piece, at)
            return
        if self.apart or piece in ("%%", "\\:"):
            self.value(piece, at)
            return
        word = self.text[max(0, at - _NEAR) : at].rstrip()[-6:].lower()
        rows = self.rows(at, at + len(piece)) if word == "values" and piece == "%s" else None
        if rows is None and not (word.endswith("in") and _TUPLE.search(word)):
            self.value(piece, at)
            return
        self.open |= Open.VALUES
        self.add("(", at)
        self.value(piece, at)
        for _ in range(rows[1].count(",") if rows else 0):
            self.add(", ", at)
            self.parameter(at)
        self.add(")", at)

    def rows(self, at: int, end: int) -> re.Match[str] | None:
        """The columns of the rows that stand there, where they are listed before VALUES or after it."""
        return _ROWS.search(self.text, 0, at) or _ALIASED.match(self.text, end)

    def value(self, piece: str, at: int) -> None:
        if piece == "%s":
            self.parameter(at, str(self.unnamed))
            self.unnamed += 1
        elif piece in ("%%", "\\:"):
            self.add(piece[1], at)
        elif piece[1:2] == "(" or piece[0] == ":":
            name = piece.strip(":%(")[: -2 if piece[0] == "%" else None]
            self.parameter(at, "" if HOLE in name else name)
        else:
            self.parameter(at, str(self.unnamed))
            self.unnamed += 1

    def filled(self, piece: str) -> bool:
        """It has a placeholder in it, of which drivers make something that put values into the text."""
        return any(found[0] not in ("%%", "\\:") for found in _holders(self.style).finditer(piece))

    def quoted(self, piece: str, at: int) -> None:
        """A literal, in which drivers look for placeholders too."""
        position = 0
        for found in _holders(self.style).finditer(piece):
            if found[0] not in ("%%", "\\:"):
                raise _UnsendableError("a placeholder stands in a literal")
            self.add(piece[position : found.start()], at + position)
            self.add(found[0][1], at + found.start())
            position = found.end()
        self.add(piece[position:], at + position)
