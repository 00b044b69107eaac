"""Results of many files made in several processes, where that is worth it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import msgspec

from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.modules.memo import Memo, Part
from pgconform.support.forks import shared

Item: TypeAlias = tuple[str, str]
"""A result by its kind and file."""
WORTH_SHARING = 40
"""Scopes; fewer are looked at sooner than a process is forked for them."""


class _Part(msgspec.Struct, frozen=True, array_like=True):
    """What one of several processes found, the functions that it followed, and where names are read that it sought."""

    found: Part
    followed: list[tuple[str, int, memoryview]]
    searched: dict[int, dict[str, tuple[int, ...]]]


_PART = msgspec.msgpack.Decoder(_Part)


def share(ground: Ground, memo: Memo, sizes: Mapping[Item, int], look: Callable[[Item], object]) -> None:
    """Makes what lacks, if it is of enough scopes, in as many processes as there are cores.

    What is not found so, the caller makes.
    """
    if len(sizes) <= 1 or sum(sizes.values()) < WORTH_SHARING:
        return
    items = sorted(sizes, key=lambda item: -sizes[item])
    before, known, settled = len(ground.newly), set(ground.searched), set(memo.answers.settled)

    def work(numbers: Iterator[int]) -> _Part:
        taken = [items[number] for number in numbers if look(items[number]) is not None]
        followed = [(uri, number, ground.followed(uri)[number]) for uri, number in ground.newly[before:]]
        searched = {key: found for key, found in ground.searched.items() if key not in known}
        return _Part(memo.part(taken, settled), followed, searched)

    for answer in shared(len(items), work, msgspec.msgpack.encode)[1]:
        part = _PART.decode(answer)
        memo.learn(part.found)
        for followed in part.followed:
            ground.learn(*followed)
        ground.searched |= part.searched
