"""A project's lists of what it needs: of packages by their requirements, and the versions that were locked for them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from pgconform.support.patterns import deferred

_LIST = deferred(
    r"(?:requirements|constraints)[^/]*\.(?:txt|in)|pyproject\.toml|Pipfile|setup\.(?:py|cfg)|environment[^/]*\.ya?ml"
)
_LOCK = deferred(r"(?:uv|poetry|pdm)\.lock|Pipfile\.lock")
_BEGINNINGS = (
    "requirements",
    "constraints",
    "environment",
    "pyproject.",
    "Pipfile",
    "setup.",
    "uv.",
    "poetry.",
    "pdm.",
)
"""Those of all names of lists and locks: a project has thousands of other names."""
_WITHIN = "requirements"
"""A folder that holds nothing but lists, those of the folder around it."""
_LOCKED = (
    deferred(r'\nname = "(pydantic)"\r?\nversion = "([^"\n]+)"'),
    deferred(r'"(pydantic)": *\{[^{}]*"version": *"==([^"\n]+)"'),
)
"""By the words that each begins with, so that a lock of thousands of lines is searched quickly."""


class Listed(msgspec.Struct, frozen=True):
    """The text of a list, and the ``folder`` it is for, relative to the root; of a lock what is looked for in one."""

    folder: str
    text: str


def requirements(root: Path, uris: Iterable[str]) -> tuple[Listed, ...]:
    """The lists in the folders of these files, and in those above them up to the root."""
    return tuple(listed for folder in sorted(_folders(uris)) for listed in _of_folder(root, folder))


def _folders(uris: Iterable[str]) -> set[str]:
    found = {""}
    for folder in {uri.rpartition("/")[0] for uri in uris}:
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition("/")[0]  # noqa: PLW2901
    return found


def _of_folder(root: Path, folder: str) -> Iterator[Listed]:
    place = f"{root}/{folder}" if folder else str(root)
    for name in _names(place):
        if not name.startswith(_BEGINNINGS):
            continue
        if _LIST.fullmatch(name):
            yield Listed(folder, _text(f"{place}/{name}"))
        elif _LOCK.fullmatch(name):
            yield Listed(folder, _locked(_text(f"{place}/{name}")))
        elif name == _WITHIN:
            inner = f"{place}/{name}"
            yield from (Listed(folder, _text(f"{inner}/{item}")) for item in _names(inner) if item.endswith(".txt"))


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  hundreds of folders, and Path takes its time
    except OSError:
        return []


def _text(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _locked(text: str) -> str:
    """What a lock says, as a list of requirements would."""
    found = (match for pattern in _LOCKED for match in pattern.finditer(text))
    return "".join(f"{match[1]}=={match[2]}\n" for match in found)
