"""Values too large to be fetched. Sizes are asked for until those of a pattern are known to be small."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from pgconform.redis.link import Link
from pgconform.redis.options import MAX_SIZE
from pgconform.redis.plan import Plan

LARGEST = MAX_SIZE << 20
LEARNT = 1000
"""So many entries of a pattern are measured; where all were small, only the length of replies is watched further."""
_TOGETHER = 64 << 20
_SLACK = 1 << 20
FIELDS = 256
"""By so many of its fields the server tells the size of a hash."""
_ASKED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "hash": (("MEMORY", "USAGE"), ("SAMPLES", str(FIELDS))),
    "redisjson": (("MEMORY", "USAGE"), ()),
}


class Portion(NamedTuple):
    """Entries to be read at once: the numbers of their plans and their keys; and those too large to be read."""

    plans: list[int]
    keys: list[bytes]
    large: list[tuple[int, bytes]]


class Sizes:
    """What is known of the sizes of each plan's entries. ``largest`` is in bytes; 0: whatever there is is read."""

    def __init__(self, plans: tuple[Plan, ...], largest: int) -> None:
        self.largest = largest
        self._together = max(4 * largest, _TOGETHER)
        self._asked = [_ASKED.get(plan.contract.encoding, (("STRLEN",), ())) for plan in plans]
        self._left: list[float] = [LEARNT if largest else 0] * len(plans)
        self.known = not largest

    @property
    def reply(self) -> int:
        """The longest reply that is taken, in bytes; 0: any."""
        return self._together + _SLACK if self.largest else 0

    def doubt(self, numbers: list[int]) -> None:
        """A reply grew too long: the sizes of these plans' entries are asked for from now on."""
        for number in set(numbers):
            self._left[number] = float("inf")
        self.known = False

    def portions(self, link: Link, numbers: list[int], keys: list[bytes]) -> list[Portion]:
        """The entries in portions that are read at once, at least one, by what the server says of their sizes."""
        if self.known:
            return [Portion(numbers, keys, [])]
        found, held = [Portion([], [], [])], 0
        for number, key, size in self._measured(link, numbers, keys):
            if size > self.largest:
                found[-1].large.append((number, key))
                self.doubt([number])
                continue
            if held + size > self._together:
                found.append(Portion([], [], []))
                held = 0
                self.doubt([number])
            found[-1].plans.append(number)
            found[-1].keys.append(key)
            held += size
        self.known = not any(left > 0 for left in self._left)
        return found

    def _measured(self, link: Link, numbers: list[int], keys: list[bytes]) -> Iterator[tuple[int, bytes, int]]:
        """Each entry's size, 0 where it is not known or no matter any more."""
        wanted = [place for place, number in enumerate(numbers) if self._left[number] > 0]
        asked = [(keys[place], *self._asked[numbers[place]]) for place in wanted]
        replies: list[Any] = link.ask_all([(*before, key, *after) for key, before, after in asked])
        sizes = dict(zip(wanted, replies, strict=True))
        for place, (number, key) in enumerate(zip(numbers, keys, strict=True)):
            size = sizes.get(place)
            self._left[number] -= place in sizes
            yield number, key, size if isinstance(size, int) else 0
