"""Regular expressions of Postgres in the dialect of Pydantic's engine, where they surely mean the same there."""

from __future__ import annotations

import re
from typing import Final

_PLAIN: Final = re.compile(r"[^\\.\[\](){}*+?|^$]")
_REPEAT: Final = re.compile(r"\{(\d{1,3})(,(\d{1,3})?)?\}\??|[*+?]\??")
_LITERAL_ESCAPES: Final = {"n": r"\n", "t": r"\t", "r": r"\r", "f": r"\f", "v": r"\v"}
_SPECIAL: Final = frozenset(r"\.+*?()|[]{}^$#&-~")
_OPTION: Final = re.compile(r"\(\?i\)")


class _Untranslatable(Exception):  # noqa: N818
    pass


def portable(pattern: str) -> str | None:
    """A pattern that matches the same texts for Pydantic as this one does for Postgres; None: none is surely so.

    Given up are what depends on the database's locale (``\\w``, ``[[:alpha:]]``), back references, looking around,
    word boundaries and embedded options but ``(?i)``.
    """
    option = _OPTION.match(pattern)
    rest = pattern[option.end() :] if option else pattern
    if rest.startswith("***") or (option and not rest.isascii()):
        return None
    try:
        parts, at = _branches(rest, 0)
    except _Untranslatable:
        return None
    if at != len(rest):
        return None
    return f"{option.group() if option else ''}{parts}"


def _branches(text: str, at: int) -> tuple[str, int]:
    """Alternatives up to the end, or to the parenthesis that closes them."""
    found: list[str] = []
    repeatable = False
    while at < len(text) and text[at] != ")":
        repeat = _REPEAT.match(text, at)
        if repeat:
            if not repeatable:
                raise _Untranslatable
            part, at, repeatable = _checked(repeat), repeat.end(), False
        else:
            part, at, repeatable = _atom(text, at)
        found.append(part)
    return "".join(found), at


def _checked(repeat: re.Match[str]) -> str:
    least, most = repeat[1], repeat[3]
    if any(int(count) > 255 for count in (least, most) if count) or (most and int(least) > int(most)):
        raise _Untranslatable
    return repeat.group()


def _atom(text: str, at: int) -> tuple[str, int, bool]:
    match text[at]:
        case "(":
            return _group(text, at)
        case "[":
            body, end = _bracket(text, at + 1)
            return body, end, True
        case "\\":
            return _escape(text, at + 1), at + 2, True
        case ".":
            return "(?s:.)", at + 1, True
        case "|" | "^" | "$":
            return text[at], at + 1, False
        case character if _PLAIN.match(character):
            return character, at + 1, True
    raise _Untranslatable


def _group(text: str, at: int) -> tuple[str, int, bool]:
    inner = at + 3 if text.startswith("(?:", at) else at + 1
    if text.startswith("?", inner) or text.startswith("*", inner):
        raise _Untranslatable
    body, end = _branches(text, inner)
    if not text.startswith(")", end):
        raise _Untranslatable
    return f"(?:{body})", end + 1, True


def _escape(text: str, at: int) -> str:
    if at >= len(text):
        raise _Untranslatable
    character = text[at]
    if character == "d":
        return "[0-9]"
    if character in _LITERAL_ESCAPES:
        return _LITERAL_ESCAPES[character]
    if character.isalnum() or not character.isascii():
        raise _Untranslatable
    return _quoted(character)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL else character


def _bracket(text: str, at: int) -> tuple[str, int]:
    """The inside of ``[…]``, every character of it that has a meaning somewhere escaped."""
    negated = text.startswith("^", at)
    at += negated
    found: list[str] = []
    first = True
    while at < len(text) and (first or text[at] != "]"):
        start, at = _member(text, at)
        if text.startswith("-", at) and not text.startswith("-]", at):
            end, at = _member(text, at + 1)
            if start.startswith("0-9") or end.startswith("0-9") or _bare(start) > _bare(end):
                raise _Untranslatable
            start = f"{start}-{end}"
        found.append(start)
        first = False
    if at >= len(text) or not found:
        raise _Untranslatable
    return f"[{'^' if negated else ''}{''.join(found)}]", at + 1


def _bare(member: str) -> str:
    return member[-1]


def _member(text: str, at: int) -> tuple[str, int]:
    if at >= len(text) or text.startswith(("[:", "[.", "[="), at):
        raise _Untranslatable
    if text[at] != "\\":
        return _quoted(text[at]), at + 1
    escaped = _escape(text, at + 1)
    return ("0-9" if escaped == "[0-9]" else escaped), at + 2
