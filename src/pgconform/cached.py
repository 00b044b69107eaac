"""Says of a class what keys of the cache hold it; for programs, and light to import: it needs nothing else."""

from __future__ import annotations

from typing import Any, TypeVar

C = TypeVar("C", bound=type[Any])


class Cached:
    """A mark of a class, or of an annotation, as what keys of ``pattern`` hold; both stay as they are otherwise.

    A decorator (`cached`), or an argument of `typing.Annotated` in an alias or on a field::

        CachedBalance = Annotated[Balance, Cached("credit_balance:{account_id}", relation="credit_accounts")]

    ``pattern`` is a key with its parameters in braces: ``"credit_balance:{account_id}"``. ``relation`` is the table its
    fields come from (``table`` or ``schema.table``), ``encoding`` "json", "hash", "redisjson", "msgpack" or "string",
    ``min_ttl`` and ``max_ttl`` are the shortest and longest time to live in seconds. ``cache``: entries can be made
    again, so that ``pgconform redis sync`` may drop them. ``version`` is the field or parameter that holds a version.
    Further keywords name the column of a field or parameter that is called otherwise: ``total="balance"``; ``""``
    where a field is of none.
    `pgconform check` reads this without running it: all arguments are constants, or names of such.
    """

    def __init__(
        self,
        pattern: str,
        *,
        relation: str = "",
        encoding: str = "json",
        min_ttl: int | None = None,
        max_ttl: int | None = None,
        cache: bool = False,
        version: str = "",
        **columns: str,
    ) -> None:
        self.pattern = pattern
        self.relation = relation
        self.encoding = encoding
        self.min_ttl = min_ttl
        self.max_ttl = max_ttl
        self.cache = cache
        self.version = version
        self.columns = columns

    def __call__(self, cls: C) -> C:
        cls.__pgconform_cached__ = (*getattr(cls, "__pgconform_cached__", ()), self)
        return cls

    def __repr__(self) -> str:
        return f"Cached({self.pattern!r})"


cached = Cached
