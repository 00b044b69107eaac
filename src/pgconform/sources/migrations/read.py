"""SQL files to a `Schema`: applied to a fresh database, and read back as a live one is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pgconform.schema import Schema
from pgconform.sources.migrations import cache
from pgconform.sources.migrations.gather import Gathered, gather
from pgconform.sources.migrations.limits import LIMITS, Limits

if TYPE_CHECKING:
    import psycopg


class _Read(NamedTuple):
    """SQL of ``sources`` as it was read, on the platform it is for, under the digest of both."""

    sources: tuple[Path, ...]
    root: Path
    gathered: Gathered
    supabase: bool
    key: str


_LAST: list[_Read] = []
"""What the last schema was read from, if one was."""


def _read(sources: Sequence[Path], root: Path, supabase: bool | None = None) -> _Read:
    gathered = gather(sources, root)
    platform = gathered.is_supabase if supabase is None else supabase
    return _Read(tuple(sources), root, gathered, platform, cache.key(gathered, platform))


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
    said = _read(sources, root, supabase)
    _LAST[:] = [said]
    if cached and (found := cache.load(said.key)):
        return found
    from pgconform.sources.migrations.filled import filled

    with filled(said.gathered, said.supabase, limits, said.key if cached else "") as schema:
        cache.store(said.key, schema)
        return schema


@contextlib.contextmanager
def open_shadow(sources: Sequence[Path], root: Path, cached: bool = True) -> Iterator[psycopg.Connection[Any]]:
    """The owner's connection, in no transaction, to the database that the migrations make: to PREPARE statements there.

    They are those that the last schema was read from, if one was. What they make is kept by the content of the SQL, and
    they are applied only where it is not.
    """
    from pgconform.sources.migrations.filled import again

    known = next((one for one in _LAST if (one.sources, one.root) == (tuple(sources), root)), None)
    said = known or _read(sources, root)
    with again(said.gathered, said.supabase, LIMITS, said.key if cached else "") as connection:
        yield connection
