"""SQL files to a `Schema`: applied to a fresh database, and read back as a live one is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.schema import Schema
from pgconform.sources.migrations import cache
from pgconform.sources.migrations.gather import Gathered, gather
from pgconform.sources.migrations.limits import LIMITS, Limits

if TYPE_CHECKING:
    import psycopg


@dataclass(frozen=True)
class Shadow:
    """A database that the migrations made, held open: ``connection`` is the owner's, in no transaction."""

    connection: psycopg.Connection[Any]
    schema: Schema


def read(
    sources: Sequence[Path],
    root: Path,
    supabase: bool | None = None,
    limits: Limits = LIMITS,
    cached: bool = True,
) -> Schema:
    """The schema that these directories and files of SQL make, in their order.

    Paths are under ``root``, which places are relative to. ``supabase``: whether what Supabase projects start with is
    there; None finds out. What could not be applied is in ``unread``. `Problem` when a source is missing, there is no
    Postgres to apply it to, or it breaks the limits. The result is kept by the content of the SQL.
    """
    gathered = gather(sources, root)
    platform = gathered.is_supabase if supabase is None else supabase
    key = cache.key(gathered, platform)
    if cached and (found := cache.load(key)):
        return found
    with _filled(gathered, platform, limits) as shadow:
        cache.store(key, shadow.schema)
        return shadow.schema


@contextlib.contextmanager
def open_shadow(
    sources: Sequence[Path], root: Path, supabase: bool | None = None, limits: Limits = LIMITS
) -> Iterator[Shadow]:
    """The database that the migrations make, for the block: to PREPARE statements against it."""
    gathered = gather(sources, root)
    platform = gathered.is_supabase if supabase is None else supabase
    with _filled(gathered, platform, limits) as shadow:
        yield shadow


@contextlib.contextmanager
def _filled(gathered: Gathered, supabase: bool, limits: Limits) -> Iterator[Shadow]:
    from pgconform.sources.migrations.filled import filled

    with filled(gathered, supabase, limits) as (connection, schema):
        yield Shadow(connection, schema)
