"""What a comment asks to ignore, beside what it hid."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.pairs.alone import Alone

if TYPE_CHECKING:
    from pgconform.directives import Suppression


class SuppressionPair(Alone):
    """A suppression beside what it did: the rules of it that hid a finding, and those that ran at all."""

    source = "comment"

    def __init__(self, suppression: Suppression, unused: tuple[str, ...], *, idle: bool) -> None:
        self.suppression = suppression
        self.unused = unused
        self.idle = idle
        self.at = suppression.at
