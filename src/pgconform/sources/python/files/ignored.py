"""What git ignores, by the .gitignore files alone: git is not asked, for a stranger's repository may configure it."""

from __future__ import annotations

import fnmatch
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

_GLOB = re.compile(r"[*?\[\\]")
_PLAIN = re.compile(r"[^!#/*?\[\\\s][^/*?\[\\\s]*/?")


class Patterns:
    """The patterns of one .gitignore; they speak of the paths below its folder ``base``, "" or ending in a slash.

    Of a path only those are asked that may match one of its parts: asking them all is slow.
    """

    def __init__(self, base: str, lines: Iterable[str]) -> None:
        self.base = base
        self._lines = [line for line in lines if line.strip() and not line.startswith("#")]
        self._names: defaultdict[str, list[int]] = defaultdict(list)
        self._endings: defaultdict[str, list[int]] = defaultdict(list)
        self._globs: list[tuple[re.Pattern[str], int]] = []
        for number, line in enumerate(self._lines):
            self._sort(_telling(line), number)
        self._known: dict[str, tuple[int, ...]] = {}

    def _sort(self, part: str, number: int) -> None:
        if not _GLOB.search(part):
            self._names[part].append(number)
        elif part.startswith("*") and not _GLOB.search(part[1:]):
            self._endings[part[1:]].append(number)
        else:
            odd = "\\" in part or "[^" in part
            self._globs.append((re.compile(".*" if odd else fnmatch.translate(part)), number))

    def verdict(self, path: str) -> bool | None:
        """Whether a path is ignored; a folder's ends in a slash. None: nothing is said of it."""
        below = path[len(self.base) :]
        numbers = {number for part in below.rstrip("/").split("/") for number in self._may(part)}
        if not numbers:
            return None
        lines = tuple(self._lines[number] for number in sorted(numbers))
        if all(map(_PLAIN.fullmatch, lines)):
            folders = f"/{below}"
            return True if any(not line.endswith("/") or f"/{line}" in folders for line in lines) else None
        return _verdict(lines, below)

    def _may(self, part: str) -> tuple[int, ...]:
        """The lines that may match a path with this part; many paths have the same ones."""
        if part not in self._known:
            found = [*self._names.get(part, ())]
            found += [
                number for ending, numbers in self._endings.items() if part.endswith(ending) for number in numbers
            ]
            found += [number for glob, number in self._globs if glob.match(part)]
            self._known[part] = tuple(found)
        return self._known[part]


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
    return next((said for rule in reversed(rules) if (said := rule.verdict(path)) is not None), False)
