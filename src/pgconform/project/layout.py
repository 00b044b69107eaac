"""Where SQL lies in a repository: walked through once in a run, and what that came to kept as long as it stays so."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from pgconform.support.digests import digest
from pgconform.support.kept import Kept
from pgconform.support.states import settled_before, state_of
from pgconform.support.tree import Tree

T = TypeVar("T")
_READ = (".sql", ".plan", "env.py")
_NAMED = (".py", ".ts", ".tsx")


class Layout:
    """The folders of the repository at ``root``; nothing is kept unless it is ``cached``."""

    def __init__(self, root: Path, *, cached: bool = False) -> None:
        self.root = root
        self.tree = Tree()
        self._cached = cached

    @cached_property
    def folders(self) -> tuple[tuple[str, list[str]], ...]:
        """Every folder that may hold the project's SQL, with the names of its files, top down."""
        from pgconform.sources.migrations.detect import folders

        return tuple(folders(self.root, self.tree))

    def kept(self, kind: str, parts: Iterable[bytes], type_: type[T], make: Callable[[], T]) -> T:
        """What ``make`` finds in these folders, or found when they were the same. ``parts`` are what else decides it.

        It may look at the names of SQL, Python and TypeScript files, and into SQL files, plans of sqitch and Alembic's
        ``env.py``.
        """
        if not self._cached or self._state is None:
            return make()
        place: Kept[Any] = Kept(kind, self.root, (self._state, *parts), type_)
        known: T | None = place.load()
        if known is not None:
            return known
        made = make()
        place.save(made)
        return made

    @cached_property
    def _state(self) -> bytes | None:
        """A digest of the names, and of the files that are looked into as they are; None: one is too new to be sure."""
        try:
            return digest([part.encode("utf-8", "surrogateescape") for part in self._parts(settled_before())])
        except _TooNewError:
            return None

    def _parts(self, moment: int) -> Iterator[str]:
        from pgconform.sources.migrations.beside import is_sql
        from pgconform.sources.migrations.detect import deepest

        for place, names in self.folders:
            yield f"{place}/"
            if deepest(self.root, place):
                yield str(os.stat(place).st_mtime_ns)  # noqa: PTH116  like the walk
            for name in sorted(name for name in names if name.endswith((*_NAMED, *_READ)) or is_sql(name)):
                yield name
                if name.endswith(_READ):
                    yield _state_of(f"{place}/{name}", moment)


class _TooNewError(Exception):
    """A file was written so lately that it may be written again without a trace."""


def _state_of(path: str, moment: int) -> str:
    state = state_of(path)
    if state is None:
        return ""
    if not state.before(moment):
        raise _TooNewError
    return " ".join(map(str, state))
