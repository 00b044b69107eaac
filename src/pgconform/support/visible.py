"""Text that came from a repository or a server, made safe to show."""

from __future__ import annotations

import os
import re
import unicodedata

from pgconform.support.patterns import deferred

_UNSEEN = deferred("[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]")


def visible(text: str) -> str:
    """The text with every control, direction and zero-width character spelled as an escape: ``\\x1b``, ``\\u202e``."""
    return _UNSEEN.sub(_escape, text)


def sayable(path: str) -> str:
    """A path as text can say it: bytes of it that are no UTF-8 are spelled ``\\xe9``."""
    return path if path.isascii() else os.fsencode(path).decode("utf-8", "backslashreplace")


def cells(text: str) -> int:
    """How many terminal cells a visible text takes."""
    if text.isascii():
        return len(text)
    return sum(_cell(character) for character in text)


def _cell(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(match: re.Match[str]) -> str:
    named = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}
    code = ord(match[0])
    return named.get(match[0]) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")
