"""Regular expressions of Postgres and of Pydantic's engine, each in the other's dialect where surely the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from pgconform.support.patterns import deferred

_PLAIN: Final = deferred(r"[^\\.\[\](){}*+?|^$]")
_REPEAT: Final = deferred(r"\{(\d{1,3})(,(\d{1,3})?)?\}\??|[*+?]\??")
_LITERAL_ESCAPES: Final = {"n": r"\n", "t": r"\t", "r": r"\r", "f": r"\f", "v": r"\v"}
_SPECIAL: Final = frozenset(r"\.+*?()|[]{}^$#&-~")
_OPTION: Final = deferred(r"\(\?i\)")


class _Untranslatable(Exception):  # noqa: N818
    pass


class _Dialect(NamedTuple):
    """How a pattern is written anew. ``dot`` is any character as the old dialect has it.

    ``classes`` are what its escaped letters stand for among ASCII, as members of a bracket. ``nested``: its brackets
    may hold brackets, or operations on sets.
    """

    dot: str
    classes: Mapping[str, str]
    nested: bool


_FOR_PYDANTIC: Final = _Dialect("(?s:.)", {"d": "0-9"}, nested=False)
_FOR_POSTGRES: Final = _Dialect(r"[^\n]", {"d": "0-9", "w": "0-9A-Za-z_", "s": r" \t\n\r\f\v"}, nested=True)


class Search(NamedTuple):
    """A pattern for Postgres. ``ascii``: it is surely the same only for texts of ASCII."""

    pattern: str
    ascii: bool


def portable(pattern: str) -> str | None:
    """A pattern that matches the same texts for Pydantic as this one does for Postgres; None: none is surely so.

    Given up are what depends on the database's locale (``\\w``, ``[[:alpha:]]``), back references, looking around,
    word boundaries and embedded options but ``(?i)``.
    """
    if pattern.startswith("***") or (_OPTION.match(pattern) and not pattern.isascii()):
        return None
    return _Translator(pattern, _FOR_PYDANTIC).translated()


def searched(pattern: str) -> Search | None:
    """A pattern that Postgres finds in the same texts, of collation "C", as Pydantic finds this one; None: not surely.

    Given up are looking around, word boundaries, classes of Unicode, sets of sets, and options but ``(?i)``.
    """
    translator = _Translator(pattern, _FOR_POSTGRES)
    found = translator.translated()
    return None if found is None else Search(found, translator.classes or _OPTION.match(pattern) is not None)


class _Translator:
    """Writes one pattern in another dialect. ``classes``: some escaped letter stood for a class of characters."""

    def __init__(self, pattern: str, dialect: _Dialect) -> None:
        option = _OPTION.match(pattern)
        self.option = option.group() if option else ""
        self.text = pattern[len(self.option) :]
        self.dialect = dialect
        self.classes = False

    def translated(self) -> str | None:
        if self.text.startswith("***"):
            return None
        try:
            parts, at = self._branches(0)
        except _Untranslatable:
            return None
        return self.option + parts if at == len(self.text) else None

    def _branches(self, at: int) -> tuple[str, int]:
        """Alternatives up to the end, or to the parenthesis that closes them."""
        found: list[str] = []
        repeatable = False
        while at < len(self.text) and self.text[at] != ")":
            repeat = _REPEAT.match(self.text, at)
            if repeat:
                if not repeatable:
                    raise _Untranslatable
                part, at, repeatable = _checked(repeat), repeat.end(), False
            else:
                part, at, repeatable = self._atom(at)
            found.append(part)
        return "".join(found), at

    def _atom(self, at: int) -> tuple[str, int, bool]:
        match self.text[at]:
            case "(":
                return self._group(at)
            case "[":
                body, end = self._bracket(at + 1)
                return body, end, True
            case "\\":
                return self._escape(at + 1), at + 2, True
            case ".":
                return self.dialect.dot, at + 1, True
            case "|" | "^" | "$":
                return self.text[at], at + 1, False
            case character if _PLAIN.match(character):
                return character, at + 1, True
        raise _Untranslatable

    def _group(self, at: int) -> tuple[str, int, bool]:
        inner = at + 3 if self.text.startswith("(?:", at) else at + 1
        if self.text.startswith(("?", "*"), inner):
            raise _Untranslatable
        body, end = self._branches(inner)
        if not self.text.startswith(")", end):
            raise _Untranslatable
        return f"(?:{body})", end + 1, True

    def _escape(self, at: int) -> str:
        """An escaped character outside of brackets, by itself or as a bracket of its class."""
        letter = self.text[at : at + 1]
        if members := self._class(letter.lower() if self.dialect.nested else letter):
            return f"[{'^' if letter.isupper() else ''}{members}]"
        return _escaped(letter)

    def _class(self, letter: str) -> str:
        members = self.dialect.classes.get(letter, "")
        self.classes = self.classes or bool(members)
        return members

    def _bracket(self, at: int) -> tuple[str, int]:
        """The inside of ``[…]``, every character of it that has a meaning somewhere escaped."""
        negated = self.text.startswith("^", at)
        at += negated
        found: list[str] = []
        while at < len(self.text) and (not found or self.text[at] != "]"):
            start, at, single = self._member(at)
            if self._operates(at):
                raise _Untranslatable
            if self.text.startswith("-", at) and not self.text.startswith("-]", at):
                end, at, also = self._member(at + 1)
                if not (single and also) or start[-1] > end[-1]:
                    raise _Untranslatable
                start = f"{start}-{end}"
            found.append(start)
        if at >= len(self.text) or not found:
            raise _Untranslatable
        return f"[{'^' if negated else ''}{''.join(found)}]", at + 1

    def _member(self, at: int) -> tuple[str, int, bool]:
        """One member of a bracket, where it ends, and whether it is a single character."""
        if at >= len(self.text) or self._operates(at) or self.text.startswith(("[:", "[.", "[="), at):
            raise _Untranslatable
        if self.text[at] != "\\":
            return _quoted(self.text[at]), at + 1, True
        letter = self.text[at + 1 : at + 2]
        if members := self._class(letter):
            return members, at + 2, False
        return _escaped(letter), at + 2, True

    def _operates(self, at: int) -> bool:
        """A set of sets begins here, in a dialect that has them."""
        return self.dialect.nested and self.text.startswith(("[", "&&", "--", "~~"), at)


def _checked(repeat: re.Match[str]) -> str:
    least, most = repeat[1], repeat[3]
    if any(int(count) > 255 for count in (least, most) if count) or (most and int(least) > int(most)):
        raise _Untranslatable
    return repeat.group()


def _escaped(character: str) -> str:
    if character in _LITERAL_ESCAPES:
        return _LITERAL_ESCAPES[character]
    if not character or character.isalnum() or not character.isascii():
        raise _Untranslatable
    return _quoted(character)


def _quoted(character: str) -> str:
    return f"\\{character}" if character in _SPECIAL else character
