"""The SQL files of a project, as its code names them, and the statements that are named within them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.sources.python.files.files import PythonFile
from pgconform.support.patterns import deferred

LARGEST = 8_000_000
"""Bytes of a file that is read; a larger one is a dump."""
_SECTION = deferred(
    r"^[ \t]*--[ \t]*:?name:?[ \t]*(?P<name>[\w-]+)[ \t]*(?P<kind>:\w+|\^|\$|<!|\*!|!|#)?.*$", re.MULTILINE
)
_SCRIPT = frozenset({"#"})


def is_code(uri: str) -> bool:
    """A file that a statement can stand in."""
    return uri.endswith((".py", ".sql"))


class Named(NamedTuple):
    """A statement that a comment in a file gives a name."""

    name: str
    text: Text


class SqlFiles:
    """The SQL files among some of a project's, read when code names them."""

    def __init__(self, root: Path, files: Iterable[PythonFile], overlay: Mapping[str, bytes] | None = None) -> None:
        """``overlay`` is the text of some files that counts instead of the disk's."""
        self._root = root
        self._overlay = overlay or {}
        self._uris = tuple(file.uri for file in files if file.uri.endswith(".sql") and file.size <= LARGEST)

    def read(self, said: str, near: str) -> Text | None:
        """The text of the file that the code in ``near`` means; None without one, or where several are as likely."""
        uri = self._meant(said, near, self._uris)
        return self._text(uri) if uri else None

    def named(self, said: str, near: str) -> Iterator[Named]:
        """The named statements of a file, or of those in a folder."""
        if said.endswith(".sql"):
            found = [self._meant(said, near, self._uris)]
        else:
            folders = sorted({str(PurePosixPath(uri).parent) for uri in self._uris})
            folder = self._meant(said.rstrip("/"), near, folders)
            found = [uri for uri in self._uris if folder and uri.startswith(f"{folder}/")]
        for uri in found:
            if uri and (text := self._text(uri)):
                yield from sections(text)

    def _meant(self, said: str, near: str, known: Iterable[str]) -> str | None:
        tail = _tail(said)
        fitting = [path for path in known if tail and (path == tail or path.endswith(f"/{tail}"))]
        if len(fitting) < 2:
            return fitting[0] if fitting else None
        nearest = max(_shared(path, near) for path in fitting)
        best = [path for path in fitting if _shared(path, near) == nearest]
        return best[0] if len(best) == 1 else None

    def _text(self, uri: str) -> Text | None:
        try:
            content = self._bytes(uri).decode("utf-8").replace("\r\n", "\n")
        except (OSError, UnicodeDecodeError):
            return None
        return placed(content, uri)

    def _bytes(self, uri: str) -> bytes:
        return self._overlay[uri] if uri in self._overlay else (self._root / uri).read_bytes()


def placed(content: str, uri: str, start: int = 0) -> Text:
    """The text of a file from a character on, every line with its place."""
    before, marks, offset = content[:start], [], 0
    line, column = before.count("\n") + 1, start - before.rfind("\n")
    first = line
    for part in content[start:].splitlines(keepends=True):
        marks.append((offset, line, column))
        offset, line, column = offset + len(part), line + 1, 1
    return Text(content[start:], Location(uri, first), tuple(marks))


def sections(text: Text) -> Iterator[Named]:
    """The statements below comments such as ``-- name: get_user^``."""
    found = list(_SECTION.finditer(text.value))
    for number, head in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text.value)
        body = text.value[head.end() : end].rstrip().rstrip(";")
        if body.strip() and head["kind"] not in _SCRIPT and text.at:
            start = head.end() + len(body) - len(body.lstrip())
            yield Named(head["name"].replace("-", "_"), placed(text.value[: head.end()] + body, text.at.uri, start))


def _tail(said: str) -> str:
    """The part of a path that is known, without steps that lead nowhere."""
    known = said.rpartition(HOLE)[2].replace("\\", "/").lstrip("/")
    return "/".join(part for part in known.split("/") if part not in ("", ".", ".."))


def _shared(one: str, other: str) -> int:
    steps = zip(one.split("/"), other.split("/"), strict=False)
    return next((number for number, (a, b) in enumerate(steps) if a != b), 99)
