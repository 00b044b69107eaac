"""What git ignores, by the .gitignore files alone: git is not asked, for a stranger's repository may configure it."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from pgconform.support.patterns import deferred

_GLOB = deferred(r"[*?\[\\]")
_PLAIN = deferred(r"[^!#/*?\[\\\s][^/*?\[\\\s]*/?")
_WILD = deferred(r"(?!.*\*\*)(?P<part>[^!#/\[\\\s][^/\[\\\s]*)(?P<folder>/?)")
_PATH = deferred(r"/?(?P<path>[^!#/*?\[\\\s][^/*?\[\\\s]*(?:/[^/*?\[\\\s]+)*)(?P<below>/|/\*\*?)?")


class Patterns:
    """The patterns of one .gitignore; they speak of the paths below its folder ``base``, "" or ending in a slash.

    Of a path only those are asked that may match one of its parts: asking them all is slow.
    """

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self.base = base
        self._lines = [line for line in lines if line.strip() and not line.startswith("#")]
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._endings: defaultdict[str, list[int]] = defaultdict(list)
        self._globs: dict[str, list[int]] = {}
        for number, line in enumerate(self._lines):
            self._sort(_telling(line), number)
        self._ending = tuple(self._endings)
        self._glob = re.compile("|".join(self._globs)) if self._globs else None
        self._known: dict[str, tuple[int, ...]] = {}
        self._folders: dict[str, tuple[int, ...]] = {}

    def _sort(self, part: str, number: int) -> None:
        if not _GLOB.search(part):
            self._names[part].append(number)
        elif part.startswith("*") and not _GLOB.search(part[1:]):
            self._endings[part[1:]].append(number)
        else:
            odd = "\\" in part or "[^" in part
            self._globs.setdefault(".*" if odd else fnmatch.translate(part), []).append(number)

    def verdict(self, path: str) -> bool | None:
        """Whether a path is ignored; a folder's ends in a slash. None: nothing is said of it."""
        below = path[len(self.base) :]
        folder, _, name = below.rstrip("/").rpartition("/")
        found = self._may(name)
        if folder and (above := self._above(folder)):
            found = (*above, *found)
        if not found:
            return None
        lines = tuple(self._lines[number] for number in sorted(set(found)))
        said = [_matches(line, below) for line in lines]
        if None not in said:
            return True if any(said) else None
        return _verdict(lines, below)

    def _above(self, folder: str) -> tuple[int, ...]:
        """The lines that may match a part of a folder's path; many paths have the same folders."""
        if (known := self._folders.get(folder)) is None:
            above, _, name = folder.rpartition("/")
            known = (*(self._above(above) if above else ()), *self._may(name))
            self._folders[folder] = known
        return known

    def _may(self, part: str) -> tuple[int, ...]:
        """The lines that may match a path with this part; many paths have the same ones."""
        if (known := self._known.get(part)) is None:
            found = [*self._names.get(part, ())]
            if part.endswith(self._ending):
                for ending in filter(part.endswith, self._ending):
                    found += self._endings[ending]
            if self._glob and self._glob.match(part):
                for glob in filter(lambda glob: re.match(glob, part), self._globs):
                    found += self._globs[glob]
            known = self._known[part] = tuple(found)
        return known


def _matches(line: str, path: str) -> bool | None:
    """Whether a pattern that is a name, maybe with ``*`` and ``?``, or a path from its folder on, matches; None of any
    other pattern.
    """
    if _PLAIN.fullmatch(line):
        return f"/{line}" in f"/{path}" if line.endswith("/") else f"/{line}/" in f"/{path}/"
    if wild := _WILD.fullmatch(line):
        folders, _, name = path.rpartition("/")
        parts = folders.split("/") if wild["folder"] else (*folders.split("/"), name)
        return any(part and fnmatch.fnmatchcase(part, wild["part"]) for part in parts)
    said = _PATH.fullmatch(line)
    if said is None or not ("/" in said["path"] or line.startswith("/") or len(said["below"] or "") > 1):
        return None
    if said["below"] is None:
        return f"{path.rstrip('/')}/".startswith(f"{said['path']}/")
    start = f"{said['path']}/"
    return path.startswith(start) and (said["below"] != "/*" or path != start)


@lru_cache(4096)
def _verdict(lines: tuple[str, ...], path: str) -> bool | None:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines).check_file(path).include


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
    for rule in reversed(rules):
        if (said := rule.verdict(path)) is not None:
            return said
    return False
