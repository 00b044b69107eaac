"""A text in place of several: how all of them begin and end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Composed, Str, Value


def common(found: Sequence[Value]) -> Value:
    """The words with which all of these texts begin and end, and a hole between them; UNKNOWN where there are none.

    No bracket or quote is opened before the hole and closed in it.
    """
    texts = [option.text for option in found if isinstance(option, Str) and not isinstance(option, Composed)]
    if not texts or len(texts) != len(found):
        return UNKNOWN
    values = [text.value for text in texts]
    end = _begin([value[::-1] for value in values])
    start = _begin([value[: len(value) - end] for value in values])
    first, last = part(texts[0], 0, start), part(texts[0], len(values[0]) - end, len(values[0]))
    between = [value[start : len(value) - end] for value in values]
    if not start or not all(map(_is_closed, between)):
        return UNKNOWN
    hole = f"{_space(first.value[-1:])}{HOLE}{_space(last.value[:1])}"
    marks = [(start + len(hole) + offset, line, column) for offset, line, column in last.marks]
    return Str(Text(f"{first.value}{hole}{last.value}", first.at, (*first.marks, *marks)))


def _space(beside: str) -> str:
    return "" if not beside or beside.isspace() else " "


def _is_closed(text: str) -> bool:
    """What is opened in it is closed in it."""
    return _is_even(text) and text.count("(") == text.count(")")


def _is_even(text: str) -> bool:
    return text.count("'") % 2 == text.count('"') % 2 == 0


def _begin(values: list[str]) -> int:
    """How many characters all begin with, up to the end of a word that is in no quotes."""
    first, last = min(values), max(values)
    size = next(
        (place for place, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first)
    )
    if _is_even(first[:size]) and all(len(value) == size or value[size].isspace() for value in values):
        return size
    while size and not (values[0][size - 1].isspace() and _is_even(values[0][:size])):
        size -= 1
    return size


def part(text: Text, start: int, end: int) -> Text:
    """The characters from ``start`` to ``end`` and their places."""
    kept: list[tuple[int, int, int]] = []
    for mark in text.marks:
        if mark[0] <= start:
            kept = [(0, mark[1], mark[2] + start - mark[0])]
        elif mark[0] < end:
            kept.append((mark[0] - start, mark[1], mark[2]))
    if not text.elsewhere:
        return Text(text.value[start:end], text.at, tuple(kept))
    own = max((mark[0] for mark in text.marks if mark[0] <= start), default=-1)
    others: list[tuple[int, str, int, int]] = []
    for offset, uri, line, column in text.elsewhere:
        if own < offset <= start:
            others = [(0, uri, line, column + start - offset)]
        elif start < offset < end:
            others.append((offset - start, uri, line, column))
    first = others[0][0] if others else -1
    marks = tuple([mark for mark in kept if mark[0] or first])
    return Text(text.value[start:end], text.at, marks, tuple(others))


def together(texts: Iterable[Text], at: Location | None) -> Text:
    """Texts one after the other as one at that place."""
    value = ""
    marks: list[tuple[int, int, int]] = []
    elsewhere: list[tuple[int, str, int, int]] = []
    for text in texts:
        start = len(value)
        if text.at is not None and at is not None:
            elsewhere += [(start + offset, uri, line, column) for offset, uri, line, column in text.elsewhere]
            if text.at.uri == at.uri:
                marks += [(start + offset, line, column) for offset, line, column in text.marks]
            else:
                own = text.marks or (() if text.elsewhere else ((0, text.at.line, text.at.column),))
                elsewhere += [(start + offset, text.at.uri, line, column) for offset, line, column in own]
        value += text.value
    return Text(value, at, tuple(marks), tuple(sorted(elsewhere)))
