"""SQL files to a `Schema`: applied to a fresh database, and read back as a live one is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pgconform.schema import Schema
from pgconform.sources.migrations import cache
from pgconform.sources.migrations.gather import gather
from pgconform.sources.migrations.limits import LIMITS, Limits

if TYPE_CHECKING:
    import psycopg


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
    from pgconform.sources.migrations.filled import filled

    with filled(gathered, platform, limits, key if cached else "") as schema:
        cache.store(key, schema)
        return schema


@contextlib.contextmanager
def open_shadow(sources: Sequence[Path], root: Path, cached: bool = True) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection, in no transaction, to the database that the migrations make: to PREPARE statements there.

    What they make is kept by the content of the SQL, and they are applied only where it is not.
    """
    from pgconform.sources.migrations.filled import again

    gathered = gather(sources, root)
    platform = gathered.is_supabase
    with again(gathered, platform, LIMITS, cache.key(gathered, platform) if cached else "") as connection:
        yield connection
