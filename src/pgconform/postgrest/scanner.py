"""Walking through a text the way PostgREST's parser combinators do: predictive, with explicit backtracking."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NoReturn, TypeVar

from pgconform.postgrest.syntax import Name, Refusal
from pgconform.request import HOLE
from pgconform.support.patterns import deferred

T = TypeVar("T")

IDENTIFIER = deferred(r"(?:[^\W\d]|[0-9_ $\x00])+")
QUOTED = deferred(r'"((?:[^\\"]|\\.)*)"', re.DOTALL)
SPACE = deferred(r"[ \t]*")
_ESCAPE = deferred(r"\\(.)", re.DOTALL)
_LONGEST_WORD = 12


class MismatchError(Exception):
    """The text is not what the grammar expects at this place."""

    def __init__(self, at: int, expected: str) -> None:
        super().__init__(expected)
        self.at = at
        self.expected = expected


class Scanner:
    """A text and a place in it. ``furthest`` remembers the mismatch that got furthest: it explains a refusal best."""

    __slots__ = ("furthest", "pos", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.pos = 0
        self.furthest = MismatchError(0, "")

    def fail(self, expected: str) -> NoReturn:
        mismatch = MismatchError(self.pos, expected)
        if mismatch.at >= self.furthest.at:
            self.furthest = mismatch
        raise mismatch

    def take(self, literal: str) -> bool:
        """Step over the literal if it stands here."""
        if not self.text.startswith(literal, self.pos):
            return False
        self.pos += len(literal)
        return True

    def need(self, literal: str) -> None:
        if not self.take(literal):
            self.fail(f'"{literal}"')

    def match(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        """Step over what the pattern matches here, if it does."""
        if found := pattern.match(self.text, self.pos):
            self.pos = found.end()
        return found

    def peek(self) -> str:
        """The character here, "" at the end."""
        return self.text[self.pos : self.pos + 1]

    def space(self) -> None:
        self.match(SPACE)

    def attempt(self, rule: Callable[[Scanner], T]) -> T | None:
        """The rule's value, or None with the place restored."""
        start = self.pos
        try:
            return rule(self)
        except MismatchError:
            self.pos = start
            return None

    @property
    def refusal(self) -> Refusal:
        """What to say of the mismatch that got furthest; a `HOLE` at or before it could make the text valid."""
        hole = self.text.find(HOLE)
        return Refusal(self.furthest.at, self.furthest.expected, not 0 <= hole <= self.furthest.at + _LONGEST_WORD)


def parsed(text: str, rule: Callable[[Scanner], T]) -> T | Refusal:
    """What the rule makes of a text from its start on; of one that nests too deep for us, nobody knows."""
    scanner = Scanner(text)
    try:
        return rule(scanner)
    except MismatchError:
        return scanner.refusal
    except RecursionError:
        return Refusal(0, "fewer levels", certain=False)


def several(scanner: Scanner, rule: Callable[[Scanner], T], more: Callable[[Scanner], bool]) -> tuple[T, ...]:
    """What the rule makes of one part after another, as long as there is ``more``."""
    found = [rule(scanner)]
    while more(scanner):
        found.append(rule(scanner))
    return tuple(found)


def dot(scanner: Scanner) -> bool:
    """Step over a dot."""
    return scanner.take(".")


def comma(scanner: Scanner) -> bool:
    """Step over a comma and the spaces around it; spaces without a comma are a mismatch."""
    start = scanner.pos
    scanner.space()
    if scanner.take(","):
        scanner.space()
        return True
    return False if scanner.pos == start else scanner.fail('","')


def unescaped(body: str) -> str:
    """The text of a quoted value without its backslashes."""
    return _ESCAPE.sub(r"\1", body) if "\\" in body else body


def name(scanner: Scanner) -> Name:
    """An identifier, quoted or a run of words joined by single dashes."""
    return _dashed(scanner, IDENTIFIER, "a name")


def json_key(scanner: Scanner, pattern: re.Pattern[str]) -> Name:
    return _dashed(scanner, pattern, "a JSON key or index")


def _dashed(scanner: Scanner, pattern: re.Pattern[str], expected: str) -> Name:
    start = scanner.pos
    if scanner.peek() == '"':
        if found := scanner.match(QUOTED):
            return Name(unescaped(found[1]), start, scanner.pos)
        scanner.fail('a closing "')
    words = [_word(scanner, pattern, expected)]
    while scanner.peek() == "-" and not scanner.text.startswith("->", scanner.pos):
        scanner.pos += 1
        words.append(_word(scanner, pattern, expected))
    return Name("-".join(words), start, scanner.pos)


def _word(scanner: Scanner, pattern: re.Pattern[str], expected: str) -> str:
    found = scanner.match(pattern)
    return found[0].strip() if found else scanner.fail(expected)
