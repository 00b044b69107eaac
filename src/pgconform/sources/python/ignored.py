"""What git ignores, by the .gitignore files alone: git is not asked, for a stranger's repository may configure it."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Patterns:
    """The patterns of one .gitignore; they speak of the paths below its folder ``base``, "" or ending in a slash."""

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self.base = base
        self._lines = [line for line in lines if line.strip() and not line.startswith("#")]
        self._names: set[str] = set()
        self._endings: set[str] = set()
        self._globs: set[str] = set()
        for line in self._lines:
            self._sort(_telling(line))

    def _sort(self, part: str) -> None:
        if not re.search(r"[*?\[\\]", part):
            self._names.add(part)
        elif part.startswith("*") and not re.search(r"[*?\[\\]", part[1:]):
            self._endings.add(part[1:])
        else:
            self._globs.add(".*" if "\\" in part or "[^" in part else fnmatch.translate(part))

    @cached_property
    def _ending(self) -> tuple[str, ...]:
        return tuple(self._endings)

    @cached_property
    def _glob(self) -> re.Pattern[str] | None:
        return re.compile("|".join(self._globs)) if self._globs else None

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        from pathspec import GitIgnoreSpec

        return GitIgnoreSpec.from_lines(self._lines)

    def verdict(self, path: str) -> bool | None:
        """Whether a path is ignored; a folder's ends in a slash. None: nothing is said of it."""
        below = path[len(self.base) :]
        return self._spec.check_file(below).include if self._may(below.rstrip("/").split("/")) else None

    def _may(self, parts: list[str]) -> bool:
        """Some pattern may speak of this path; asking them all is slow."""
        if not self._names.isdisjoint(parts):
            return True
        return any(part.endswith(self._ending) or (self._glob and self._glob.match(part)) for part in parts)


def _telling(line: str) -> str:
    """A part of the pattern that every path it matches has among its own parts, as a pattern of one part."""
    parts = [part for part in line.strip().removeprefix("!").split("/") if part.strip("*")]
    return parts[-1] if parts else "*"


def repository(folder: Path) -> Path | None:
    """The folder at or above this one that holds a git repository."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), None)


def read_patterns(folder: Path, base: str) -> list[Patterns]:
    """The patterns of a folder's .gitignore, if there is one that can be read."""
    try:
        text = (folder / ".gitignore").read_text("utf-8", "replace")
    except OSError:
        return []
    return [Patterns(base, text.splitlines())]


def ignored(path: str, rules: list[Patterns]) -> bool:
    """Whether a path is ignored; the last of the patterns with a word on it decides."""
    return next((said for rule in reversed(rules) if (said := rule.verdict(path)) is not None), False)
