"""What rules say of a cache: which entries, how many, and whose word it is."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.caching import Observed
from pgconform.pairs.caches import CachePair

SHOWN = 2


def of_kind(pair: CachePair, *kinds: str) -> Iterator[Observed]:
    return (item for item in pair.found if item.kind in kinds)


def who(pair: CachePair) -> str:
    """The call, or the entries: ``set_balance``, ``entries of credit_balance:{account_id}``."""
    if pair.use is None:
        return f"entries of {pair.holder}"
    return f"{pair.use.holder} ({pair.holder})" if pair.use.holder else pair.holder


def counted(item: Observed, consequence: str) -> str:
    """What follows, after how many entries it is of: ``12 of 100,000 entries, such as balance:42: …``.

    It is no part of a finding's message, which is the same as long as the finding is.
    """
    if not item.count:
        return consequence
    such = f", such as {' and '.join(item.examples[:SHOWN])}" if item.examples else ""
    return f"{item.count:,} of {item.total:,} entries{such}: {consequence}"
