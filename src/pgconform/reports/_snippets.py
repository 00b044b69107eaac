"""A few lines of a file around a place, with the place marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from pgconform.errors import masked
from pgconform.shape import Location
from pgconform.support.patterns import deferred
from pgconform.support.visible import visible

_AROUND = 2
_MOST = 12
_LONGEST = 300
_END = deferred(r"\r\n|\n|\r")


def snippet(text: str, at: Location) -> str:
    """The lines of a place and two before and after it. Secrets are masked, and of a long line a part is shown."""
    lines = _END.split(text)
    last = min(max(at.line, at.end_line), at.line + _MOST - 1, len(lines))
    shown = range(max(1, at.line - _AROUND), min(len(lines), last + _AROUND) + 1)
    rows = "".join(_row(lines[number - 1], number, at) for number in shown)
    return f'<pre class="snippet"><code>{rows}</code></pre>' if at.line <= len(lines) else ""


def _row(line: str, number: int, at: Location) -> str:
    inside = at.line <= number <= max(at.line, at.end_line)
    start, end = _marked(line, number, at) if inside else (0, 0)
    if masked(line) != line:
        line, start, end = masked(line), 0, 0
    body = "".join(_parts(line, start, end))
    return f'<span class="line{" at" if inside else ""}"><i>{number}</i>{body}</span>'


def _marked(line: str, number: int, at: Location) -> tuple[int, int]:
    """The part of a line that is of the place."""
    last = max(at.line, at.end_line)
    start = max(at.column - 1, 0) if number == at.line else len(line) - len(line.lstrip())
    if at.end_column and number == last:
        return start, at.end_column - 1
    word = re.compile(r"\w+").match(line, start) if not at.end_line else None
    return start, word.end() if word else len(line.rstrip())


def _parts(line: str, start: int, end: int) -> Iterator[str]:
    """Of a long line what is around the mark."""
    left = max(0, min(start, len(line)) - _LONGEST // 2) if len(line) > _LONGEST else 0
    right = min(len(line), left + _LONGEST)
    yield "…" if left else ""
    yield _said(line[left : min(start, right)])
    if marked := line[max(start, left) : min(end, right)]:
        yield f"<mark>{_said(marked)}</mark>"
    yield _said(line[max(end, left) if end > start else min(start, right) : right])
    yield "…" if right < len(line) else ""


def _said(text: str) -> str:
    return escape("    ".join(map(visible, text.split("\t"))))
