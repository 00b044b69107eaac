"""Colour, links and lines of a terminal; without them the same words in the same places."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import quote

from pgconform.reports._look import Look
from pgconform.shape import Location
from pgconform.support.visible import cells, visible

_CODES = {
    "error": "1;31",
    "warning": "1;33",
    "info": "1;36",
    "code": "1",
    "file": "1",
    "dim": "2",
    "good": "32",
    "bad": "31",
    "help": "36",
}


def paint(text: str, role: str, look: Look) -> str:
    """The visible text in the role's colour; "" and unknown roles have none."""
    code = _CODES.get(role) if look.colour and text else None
    return f"\x1b[{code}m{visible(text)}\x1b[0m" if code else visible(text)


def place(at: Location, look: Look) -> str:
    """A place as a path from the working directory with line and column."""
    if "://" in at.uri:
        return str(at)
    return posixpath.relpath(str(at), look.here) if look.here else f"{look.up}{at}"


def linked(text: str, at: Location | None, look: Look) -> str:
    """The text, which a terminal that can opens as that place."""
    if not (look.links and at and at.uri) or "://" in at.uri:
        return text
    line = f"#{at.line}" if at.line else ""
    return f"\x1b]8;;file://{quote(f'{look.links}/{at.uri}')}{line}\x1b\\{text}\x1b]8;;\x1b\\"


def wrapped(text: str, width: int) -> Iterator[str]:
    """The visible text in lines of at most ``width`` cells, broken at spaces only: paths and names stay whole."""
    line = ""
    for word in visible(text).split(" "):
        if line and cells(line) + 1 + cells(word) > width:
            yield line
            line = word
        else:
            line = f"{line} {word}" if line else word
    if line:
        yield line


def padded(text: str, width: int) -> str:
    """The visible text with spaces after it up to ``width`` cells."""
    clean = visible(text)
    return clean + " " * (width - cells(clean))
