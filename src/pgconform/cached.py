"""Says of a class what keys of the cache hold it; for programs, and light to import: it needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

C = TypeVar("C", bound=type[Any])


def cached(
    pattern: str,
    *,
    relation: str = "",
    encoding: str = "json",
    max_ttl: int | None = None,
    cache: bool = False,
    **columns: str,
) -> Callable[[C], C]:
    """Marks a class as what keys of ``pattern`` hold; it stays as it is otherwise.

    ``pattern`` is a key with its parameters in braces: ``"credit_balance:{account_id}"``. ``relation`` is the table its
    fields come from (``table`` or ``schema.table``), ``encoding`` "json", "hash", "redisjson", "msgpack" or "string",
    ``max_ttl`` the longest time to live in seconds. ``cache``: entries can be made again, so that
    ``pgconform redis sync`` may drop them. Further keywords name the column of a field or parameter that is called
    otherwise: ``total="balance"``.
    `pgconform check` reads this without running it: all arguments are constants.
    """
    said: Mapping[str, object] = {
        "pattern": pattern,
        "relation": relation,
        "encoding": encoding,
        "max_ttl": max_ttl,
        "cache": cache,
        "columns": columns,
    }

    def mark(cls: C) -> C:
        cls.__pgconform_cached__ = (*getattr(cls, "__pgconform_cached__", ()), said)
        return cls

    return mark
