"""What git ignores, by the .gitignore files alone: git is not asked, for a stranger's repository may configure it."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from pgconform.support.patterns import deferred

_GLOB = deferred(r"[*?\[\\]")
_SPACE = deferred(r"(?<!\\)\s+$")
_TOKEN = deferred(
    r"(?P<folders>(?:^|(?<=/))\*\*/)|(?P<inside>(?:^|(?<=/))\*\*$)|(?P<any>\*+)|(?P<one>\?)"
    r"|\[(?P<no>[!^]?)(?P<of>\]?(?:\\.|[^\]\\])*)\]|\\?(?P<plain>.)",
    re.DOTALL,
)


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
        """Whether a path in no ignored folder is ignored; a folder's ends in a slash. None: nothing is said of it."""
        below = path[len(self.base) :]
        folder, _, name = below.rstrip("/").rpartition("/")
        found = self._may(name)
        if folder and (above := self._above(folder)):
            found = (*above, *found)
        if not found:
            return None
        said = None
        for number in sorted(set(found)):
            line = _read(self._lines[number])
            if line is not None and line.speaks_of(below):
                said = line.ignores
        return said

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


class _Line(NamedTuple):
    """A pattern that ``ignores`` paths, or does not have them ignored; ``folder``: of folders only."""

    ignores: bool
    folder: bool
    pattern: re.Pattern[str]

    def speaks_of(self, path: str) -> bool:
        """The pattern matches a path itself; a folder's ends in a slash."""
        return (path.endswith("/") or not self.folder) and self.pattern.fullmatch(path.rstrip("/")) is not None


@lru_cache(4096)
def _read(line: str) -> _Line | None:
    """What a line of a .gitignore says; None where that is nothing."""
    said = _SPACE.sub("", line)
    body = said.removeprefix("!").removesuffix("/")
    if not body:
        return None
    anywhere = "" if "/" in body else "(?:.*/)?"
    translated = "".join(map(_translated, _TOKEN.finditer(body.removeprefix("/"))))
    try:
        pattern = re.compile(f"{anywhere}{translated}", re.DOTALL)
    except re.error:
        return None
    return _Line(not said.startswith("!"), said.endswith("/"), pattern)


def _translated(token: re.Match[str]) -> str:
    """A part of a pattern as a regular expression."""
    match token.lastgroup:
        case "folders":
            return "(?:.*/)?"
        case "inside":
            return ".+"
        case "any":
            return "[^/]*"
        case "one":
            return "[^/]"
        case "of":
            within = re.sub(r"\\?(.)", lambda found: found[1] if found[1] == "-" else re.escape(found[1]), token["of"])
            return f"(?!/)[{'^' if token['no'] else ''}{within}]"
    return re.escape(token["plain"])


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
    """Whether a path in no ignored folder is ignored; the last of the patterns with a word on it decides."""
    for rule in reversed(rules):
        if (said := rule.verdict(path)) is not None:
            return said
    return False
