"""What the rules say of one item of a claim; it may be known from before."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from pgconform.finding import Finding
from pgconform.pairs.together import Heard
from pgconform.schema import Unread


class Verdict(msgspec.Struct, frozen=True, array_like=True):
    """The findings of an item, how many sites of it were judged, which were not, and what it says of relations."""

    findings: tuple[Finding, ...] = ()
    judged: int = 0
    unjudged: tuple[Unread, ...] = ()
    heard: Heard = Heard()


class Verdicts:
    """Verdicts by their item; this one knows none."""

    def of(self, items: Sequence[object], make: Callable[[int], Verdict]) -> list[Verdict]:
        """The verdicts of items (None: of several things, which is never known), by number made now if not known."""
        return [make(number) for number in range(len(items))]

    def recall(self) -> None:
        """Makes them ready, while nobody asks for one yet."""

    def save(self) -> None:
        """Keep them for the next time, where that is wanted."""
