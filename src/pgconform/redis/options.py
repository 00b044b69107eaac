"""What a team says of its cache."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec

from pgconform.caching import Encoding

Action: TypeAlias = Literal["report", "evict", "refresh"]
"""What becomes of entries that do not conform."""

MAX_SIZE = 16
"""Megabytes."""


class PartConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A payload's field: its ``column`` ("" when computed), the ``form`` of its values, whether it may be absent."""

    column: str = ""
    form: Literal["", "text", "number", "epoch", "json", "any"] = ""
    optional: bool = False


class KeyConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.pgconform.redis.keys."pattern:{parameter}"]``.

    ``relation`` is ``schema.table`` or ``table``; ``model`` a class (``app.models.Account``) whose fields it has.
    ``fields``: a list of columns, or a table of payload fields, each with its column, a `PartConfig`, or false for one
    that is computed; none: the whole row. ``parameters`` maps a parameter to its column where their names differ.
    ``min_ttl`` and ``max_ttl`` are seconds. ``cache``: an entry can be made again, so that it may be dropped.
    ``version`` names the field or parameter that holds a version.
    """

    relation: str = ""
    model: str = ""
    fields: tuple[str, ...] | dict[str, str | bool | PartConfig] = ()
    encoding: Encoding = "json"
    parameters: dict[str, str] = {}
    min_ttl: int | None = None
    max_ttl: int | None = None
    cache: bool = False
    version: str = ""


class RedisConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[tool.pgconform.redis]``: ``url`` is ``$NAME`` of the environment; ``out`` is where contracts are written.

    ``max_size`` is in megabytes: larger entries are not fetched; 0: all are.
    """

    url: str = ""
    out: str = "cache_contracts"
    max_size: Annotated[int, msgspec.Meta(ge=0)] = MAX_SIZE
    keys: dict[str, KeyConfig] = {}
