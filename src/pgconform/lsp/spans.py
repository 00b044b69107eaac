"""Places of a file as the protocol counts them."""

from __future__ import annotations

from bisect import bisect_right

from pgconform.lsp.values import Change, Span
from pgconform.remedies.edits import Edit, joined
from pgconform.remedies.source import Source
from pgconform.shape import Location

NOWHERE = Span(0, 0, 0, 0)


def units(text: str) -> int:
    """How many units of UTF-16 a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def span_of(source: Source, at: Location) -> Span:
    """The place in its file; of one that only begins somewhere, to the end of the word there, else of the line.

    A place that the file does not have, for it is another by now, is its beginning.
    """
    found = source.span(at)
    if found is None:
        return NOWHERE
    start, end = found
    return between(source, start, end if end > start else _end(source, start))


def between(source: Source, start: int, end: int) -> Span:
    """The stretch between two offsets."""
    return Span(*_position(source, start), *_position(source, end))


def changes(source: Source, edits: frozenset[Edit]) -> tuple[Change, ...]:
    """Edits as changes, which all count from the text as it is."""
    return tuple(Change(between(source, edit.start, edit.end), edit.text) for edit in joined(sorted(edits)))


def _position(source: Source, offset: int) -> tuple[int, int]:
    line = bisect_right(source.starts, offset) - 1
    return line, units(source.text[source.starts[line] : offset])


def _end(source: Source, start: int) -> int:
    line = bisect_right(source.starts, start)
    stop = source.starts[line] if line < len(source.starts) else len(source.text)
    rest = source.text[start:stop]
    word = next((number for number, letter in enumerate(rest) if not (letter.isalnum() or letter == "_")), len(rest))
    return start + (word or len(rest.rstrip()))
