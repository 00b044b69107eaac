"""What rules say of a cache: which entries, how many, and whose word it is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.pairs.caches import CachePair

SENTINELS = frozenset({"None", "null", "", "nil", "NaN", "undefined"})


def of_kind(pair: CachePair, *kinds: str) -> Iterator[Observed]:
    return (item for item in pair.found if item.kind in kinds)


def who(pair: CachePair) -> str:
    """The call, or the entries: ``set_balance``, ``entries of credit_balance:{account_id}``."""
    if pair.use is None:
        return f"entries of {pair.holder}"
    return f"{pair.use.holder} ({pair.holder})" if pair.use.holder else pair.holder


def counted(item: Observed) -> str:
    """``: 12 of 100,000, such as credit_balance:42``; nothing of a call in the code."""
    if not item.count:
        return ""
    such = f", such as {', '.join(item.examples)}" if item.examples else ""
    return f": {item.count:,} of {item.total:,}{such}"
