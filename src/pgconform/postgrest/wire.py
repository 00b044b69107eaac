"""The texts a chain sends, and where in the program each of their characters stands."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from pgconform.postgrest.client import sanitized
from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_SPACES = deferred(r"\s")

Piece: TypeAlias = tuple[int, Text, tuple[int, ...] | None]


class Wire(msgspec.Struct, frozen=True):
    """A text as the server gets it. ``pieces``: (offset here, its source, the source's offset of each character)."""

    text: str
    pieces: tuple[Piece, ...] = ()

    @property
    def unmixed(self) -> bool:
        """Each text stands in one piece where it is used; in a mixed one a value may come from elsewhere."""
        return all(len(source.marks) + len(source.elsewhere) <= 1 for _, source, _ in self.pieces)

    def place(self, start: int, end: int | None = None) -> Location | None:
        """Where the characters from ``start`` up to ``end`` come from."""
        piece = next((item for item in reversed(self.pieces) if item[0] <= start), None)
        if piece is None:
            return self.pieces[0][1].at if self.pieces else None
        offset, text, offsets = piece
        first = _source(offsets, start - offset)
        last = _source(offsets, max(start, (end or start + 1) - 1) - offset)
        return text.place(first, last - first + 1) if first < len(text.value) else text.at


def _source(offsets: tuple[int, ...] | None, offset: int) -> int:
    if offsets is None:
        return offset
    return offsets[offset] if offset < len(offsets) else (offsets[-1] if offsets else 0)


def select_wire(fragments: tuple[Text | None, ...], *, raw: bool = False) -> Wire:
    """The arguments of ``select``, joined, without the spaces the client takes away; none at all selects ``*``.

    ``raw``: there is no client.
    """
    if not fragments:
        return Wire("*")
    parts: list[str] = []
    pieces: list[Piece] = []
    offset, inside = 0, False
    for fragment in fragments:
        said = fragment.value if fragment else HOLE
        text, offsets, inside = (said, None, False) if raw else _compact(said, inside)
        if fragment:
            pieces.append((offset, fragment, offsets))
        parts.append(text)
        offset += len(text) + 1
    return Wire(",".join(parts), tuple(pieces))


def _compact(text: str, inside: bool) -> tuple[str, tuple[int, ...] | None, bool]:
    """The text without spaces outside quotes, where each character was, and whether a quote is left open."""
    if not _SPACES.search(text):
        return text, None, inside ^ (text.count('"') % 2 == 1)
    kept = []
    for offset, character in enumerate(text):
        if character == '"':
            inside = not inside
        if inside or not character.isspace():
            kept.append(offset)
    return "".join(text[offset] for offset in kept), tuple(kept), inside


def key_wire(text: Text) -> Wire:
    """A filter's column; the client quotes it when it holds a reserved character."""
    sent = sanitized(text.value)
    return Wire(sent, ((0, text, None),)) if sent == text.value else Wire(sent, ((len(sent), text, None),))


def order_wire(text: Text) -> Wire:
    """A sort key, to which the client adds a direction."""
    return Wire(f"{text.value}.asc", ((0, text, None),))


def logic_wire(text: Text, negated: bool) -> Wire:
    """The text of an ``or_``, in parentheses, after its operator."""
    opening = "not.or(" if negated else "or("
    return Wire(f"{opening}{text.value})", ((len(opening), text, None),))


def plain_wire(text: Text) -> Wire:
    """A text that is sent as it is."""
    return Wire(text.value, ((0, text, None),))
