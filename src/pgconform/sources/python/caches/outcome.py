"""What looking at one file for keys of a cache came to: nothing but values, so that it can be kept and merged."""

from __future__ import annotations

import msgspec

from pgconform.caching import CacheUse
from pgconform.shape import Location
from pgconform.sources.python.caches.calls import Taker


class CacheOutcome(msgspec.Struct, frozen=True, array_like=True):
    """All of one file. ``unknown`` are calls of which the key is not known; ``takers`` functions that are handed a key,
    by scope and verb.
    """

    uses: tuple[CacheUse, ...] = ()
    unknown: tuple[Location, ...] = ()
    takers: tuple[tuple[int, str, Taker], ...] = ()
