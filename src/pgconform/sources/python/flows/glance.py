"""Which functions of a file ask no database by themselves, as a glance at its text tells: their texts are kept."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property

from pgconform.sources.python.flows.asking import asked_at
from pgconform.sources.python.flows.sending import marks, may_send
from pgconform.sources.python.syntax.tree import Lines

SHORT = 4


class Glance:
    """What a file's text tells. ``sending`` marks a file with functions that send requests."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self.sending = marks(lines.source)

    @cached_property
    def asking(self) -> list[int]:
        """Where in the text in UTF-8 a database is asked something."""
        return asked_at(self.lines.text)

    def passes_over(self, name: str, start: int, end: int) -> bool:
        """A function with these lines of the text in UTF-8 has to be followed only if it turns out to matter."""
        text = self.lines.text
        if name.startswith("__") or text.count(b"\n", start, end - 1) < SHORT:
            return False
        if bisect_left(self.asking, start) < bisect_left(self.asking, end):
            return False
        return not (self.sending and may_send(text[start:end]))
