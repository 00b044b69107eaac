"""The words and signs of a statement, before it is known whether a server would take it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from pgconform.request import HOLE
from pgconform.support.patterns import deferred

PARTS = {
    "string": r"[eE]'(?:[^'\\]|''|\\.)*'|'(?:[^']|'')*'",
    "name": r'"(?:[^"]|"")*"',
    "body": r"\$(?P<tag>[A-Za-z_]\w*)?\$.*?\$(?(tag)(?P=tag))\$",
    "comment": r"--[^\n]*|/\*.*?\*/",
}
HOLDERS = {
    "pyformat": rf"%%|%\([\w{HOLE}]+\)[sbt]|%[sbt]",
    "named": rf"\\:|(?<![:\w\\]):[\w{HOLE}]+(?![:\w])",
    "aiosql": rf"(?<![:\w]):[A-Za-z_{HOLE}][\w{HOLE}]*",
    "qmark": r"\?",
    "": r"(?!)",
    "numeric": r"(?!)",
    "template": r"(?!)",
}
"""The placeholders of each style, of whose names parts may not be known; of some the server knows them itself."""
NONE = "None"
"""What Python writes for a value that there is not."""

COMMENTS = deferred(PARTS["comment"], re.DOTALL)
"""Comments, wherever they stand in what has no texts."""

IDENTIFIER = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
"""One name, in quotes or without, of text in which all is known."""

_NAME = rf"(?:{PARTS['name']}|[\w${HOLE}]+)"
_SIGNS = r"::|[-+*/<>=~!@#%^&|?:]+|."
_OPEN = frozenset(("", NONE))


class Token(NamedTuple):
    """A word with its dots, a literal, a placeholder or a sign; ``kind`` is its name in the pattern."""

    kind: str
    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def word(self) -> str:
        """The word in lower case; "" for anything else, and for a name of which a part is not known."""
        return self.text.lower() if self.kind == "word" and HOLE not in self.text else ""

    @property
    def hole(self) -> bool:
        """Nothing of it is known."""
        return self.kind == "word" and self.text.replace(HOLE, "") in _OPEN

    @property
    def unsure(self) -> bool:
        """A name of which a part is not known, or of which nothing is."""
        return self.kind == "word" and (HOLE in self.text or self.text == NONE)


@cache
def _pattern(style: str) -> re.Pattern[str]:
    kinds = (
        *((kind, part) for kind, part in PARTS.items() if kind != "name"),
        ("holder", HOLDERS[style]),
        ("number", rf"\$(?:\d+|{HOLE})"),
        ("word", rf"{_NAME}(?:\.(?:{_NAME}|\*))*"),
        ("sign", _SIGNS),
    )
    return re.compile("|".join(f"(?P<{kind}>{part})" for kind, part in kinds), re.DOTALL)


def tokens(text: str, style: str) -> Iterator[Token]:
    """All but white space and comments; a keyword that goes on with what is not known is two (``NULL{more}``)."""
    for found in _pattern(style).finditer(text):
        kind, piece = str(found.lastgroup), found[0]
        if kind == "comment" or piece.isspace():
            continue
        word = piece.rstrip(HOLE)
        if kind == "word" and word != piece and word.lower() in _GLUED:
            yield Token(kind, word, found.start())
            yield Token(kind, piece[len(word) :], found.start() + len(word))
        else:
            yield Token(kind, piece, found.start())


_GLUED = frozenset({"null", "true", "false", "desc", "asc", "end", "where", "and", "or", "by", "set"})


def plain(name: str) -> str:
    """A name, with its dots, as the server has it: as it stands in quotes, else in lower case."""
    return ".".join(part[1:-1] if part.startswith('"') else part.lower() for part in name.split("."))
