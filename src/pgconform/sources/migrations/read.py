"""SQL files to a `Schema`: applied to a fresh database, and read back as a live one is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pgconform.errors import Problem
from pgconform.schema import Schema
from pgconform.sources.migrations import cache
from pgconform.sources.migrations.gather import Gathered, gather, places
from pgconform.sources.migrations.limits import LIMITS, Limits
from pgconform.support.kept import Kept
from pgconform.support.states import settled_before, state_of

if TYPE_CHECKING:
    from pgconform.embedded.database import Database

WORTH_KEEPING = 0.3
"""Seconds that it takes to apply what is kept for statements that are asked about."""


class _Sql:
    """SQL of ``sources`` under ``root``, on the platform it is for; read only where that is needed.

    ``key`` is a digest of all this. ``supabase`` None finds out which platform it is for.
    """

    def __init__(self, sources: Sequence[Path], root: Path, supabase: bool | None, *, cached: bool) -> None:
        self._sources, self._root = tuple(sources), root
        states = _states(places(sources, root)) if cached else None
        parts = (f"{supabase} {cache.server()}".encode(), *(states or ()))
        kept: Kept[tuple[str, bool]] = Kept("sources", root, parts, tuple[str, bool])
        known = kept.load() if states else None
        self._gathered: Gathered | None = None
        if known is None:
            gathered = self._gathered = gather(sources, root)
            platform = gathered.is_supabase if supabase is None else supabase
            known = cache.key(gathered, platform), platform
            if states and not (gathered.included or gathered.unread):
                kept.save(known)
        self.key, self.supabase = known

    def gathered(self) -> Gathered:
        """What it says; `Problem` where that is another thing than when its key was made."""
        if self._gathered is None:
            self._gathered = gather(self._sources, self._root)
            if cache.key(self._gathered, self.supabase) != self.key:
                raise Problem("migrations were written while they were read", "run it again")
        return self._gathered

    def is_of(self, sources: Sequence[Path], root: Path) -> bool:
        return (self._sources, self._root) == (tuple(sources), root)


def _states(files: Iterable[tuple[Path, bool]]) -> list[bytes] | None:
    """What stands for the content of files; None where one may have changed without a trace."""
    moment, said = settled_before(), []
    for file, among in files:
        state = state_of(str(file))
        if state is None or not state.before(moment) or file.is_symlink():
            return None
        said.append(f"{file} {among} {state}".encode("utf-8", "surrogateescape"))
    return said


_LAST: list[_Sql] = []
"""What the last schema was read from, if one was."""


def read(
    sources: Sequence[Path],
    root: Path,
    supabase: bool | None = None,
    limits: Limits = LIMITS,
    cached: bool = True,
    anew: bool = False,
) -> Schema:
    """The schema that these directories and files of SQL make, in their order.

    Paths are under ``root``, which places are relative to. ``supabase``: whether what Supabase projects start with is
    there; None finds out. What could not be applied is in ``unread``. `Problem` when a source is missing, there is no
    Postgres to apply it to, or it breaks the limits. The result is kept by the content of the SQL; unless that is to be
    read ``anew``, it is known by the state of its files.
    """
    said = _Sql(sources, root, supabase, cached=cached and not anew)
    _LAST[:] = [said]
    if cached and (found := cache.load(said.key)):
        return found
    from pgconform.sources.migrations.filled import filled

    with filled(said.gathered(), said.supabase, limits, said.key if cached else "") as schema:
        cache.store(said.key, schema)
        return schema


@contextlib.contextmanager
def open_shadow(sources: Sequence[Path], root: Path, cached: bool = True) -> Iterator[Database]:
    """The database that the migrations make: to PREPARE statements there.

    They are those that the last schema was read from, if one was. What they make is kept by the content of the SQL, and
    they are applied only where it is not.
    """
    from pgconform.embedded.database import fresh_database
    from pgconform.embedded.server import Keeping

    known = next((said for said in _LAST if said.is_of(sources, root)), None)
    said = known or _Sql(sources, root, None, cached=cached)
    with fresh_database(said.supabase, Keeping(said.key, WORTH_KEEPING) if cached else None) as database:
        if not database.filled:
            from pgconform.sources.migrations.filled import fill

            fill(database, said.gathered(), said.supabase, LIMITS)
        yield database
