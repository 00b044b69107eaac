"""Which Pydantic reads the models of a file, as far as the lists of requirements nearest to it tell."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import reduce
from operator import or_
from typing import TypeAlias

from pgconform.sources.python.files.requirements import Listed
from pgconform.support.patterns import deferred


class Generation(StrEnum):
    """A major version of Pydantic, or that nobody can tell which of them it is."""

    OLD = "1"
    NEW = "2"
    EITHER = ""


_Version: TypeAlias = tuple[int, ...]
_OLD = frozenset({Generation.OLD})
_NEW = frozenset({Generation.NEW})
_BOTH = _OLD | _NEW
_COMMENT = deferred(r"^[ \t]*#.*", re.MULTILINE)
_ENTRY = deferred(
    r"""(?:^[ \t]*(?:-[ \t]*)?|(["']))(pydantic(?:[-_]settings)?|fastapi|sqlmodel)"""
    r"""(?:[ ]?\[[^\]\n]*\])?(?![\w.-])(?=([^\n]*))""",
    re.IGNORECASE | re.MULTILINE,
)
_ASSIGNED = deferred(r"""["']?\s*=\s*(?=["'{\[])""")
_VERSION = deferred(r"""(?:^|version\s*=\s*)["']([^"']*)["']""")
_END = {"": deferred(r"[;#@]"), '"': deferred(r'[";@]'), "'": deferred(r"[';@]")}
_CLAUSE = deferred(r"([\^~<>=!]*)\s*(\d+(?:\.\d+)*)")
_OR = deferred(r"\|+")
_FIRST = {"pydantic": (2,), "pydantic-settings": (2,), "fastapi": (0, 100), "sqlmodel": (0, 0, 14)}
"""The first release of each package that can be had beside Pydantic 2."""


class Pydantics:
    """What the lists of a project say of Pydantic: of the folders in which one decides it, which it is there."""

    def __init__(self, lists: Iterable[Listed] = ()) -> None:
        allowed: dict[str, frozenset[Generation]] = {}
        for listed in lists:
            for said in _allowed(listed.text):
                allowed[listed.folder] = allowed.get(listed.folder, _BOTH) & said
        self.said = {folder: _one(of) for folder, of in allowed.items() if of != _BOTH}

    def near(self, uri: str) -> Generation | None:
        """What the lists of the nearest folder that decide it say; EITHER where they disagree. None: nobody does."""
        folder = uri
        while folder:
            folder = folder.rpartition("/")[0]
            if (found := self.said.get(folder)) is not None:
                return found
        return None

    @property
    def all_new(self) -> bool:
        """No list asks for anything but Pydantic 2."""
        return all(found is Generation.NEW for found in self.said.values())


NOTHING_SAID = Pydantics()


def _one(of: frozenset[Generation]) -> Generation:
    return next(iter(of)) if len(of) == 1 else Generation.EITHER


def _allowed(text: str) -> Iterator[frozenset[Generation]]:
    """What each entry of a list allows that concerns Pydantic."""
    for quote, name, rest in _ENTRY.findall(_COMMENT.sub("", text)):
        package = name.lower().replace("_", "-")
        asked = reduce(or_, [_of_versions(version, _FIRST[package]) for version in _asked(quote, rest)])
        if package == "pydantic" or asked == _OLD:
            yield asked
        elif package == "pydantic-settings":
            yield _NEW


def _asked(quote: str, rest: str) -> list[str]:
    """The versions that an entry asks for, one or another."""
    if assigned := _ASSIGNED.match(rest):
        found = _VERSION.findall(rest[assigned.end() :]) or [""]
    else:
        found = _END[quote].split(rest, maxsplit=1)[:1]
    return [version for said in found for version in _OR.split(said)]


def _of_versions(asked: str, first: _Version) -> frozenset[Generation]:
    found = _BOTH
    for operator, version in _CLAUSE.findall(asked):
        low, high = _bounds(operator, tuple(map(int, version.split("."))))
        if low and _trimmed(low) >= first:
            found &= _NEW
        elif high and _trimmed(high) <= first:
            found &= _OLD
    return found


def _bounds(operator: str, said: _Version) -> tuple[_Version, _Version]:
    """The lowest version that a clause allows, and the first one above those; () where there is none."""
    match operator:
        case "<":
            return (), said
        case "<=":
            return (), _next(said)
        case ">" | ">=":
            return said, ()
        case "~=":
            return said, _next(said[:-1])
        case "~":
            return said, _next(said[:2])
        case "^":
            return said, _next(said[: 1 + next((at for at, part in enumerate(said) if part), len(said))])
        case "" | "=" | "==" | "===":
            return said, _next(said)
    return (), ()


def _next(version: _Version) -> _Version:
    return (*version[:-1], version[-1] + 1) if version else ()


def _trimmed(version: _Version) -> _Version:
    while version and not version[-1]:
        version = version[:-1]
    return version
