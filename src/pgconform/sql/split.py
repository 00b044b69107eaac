"""Cutting SQL that does not parse as a whole: statements, psql's commands, COPY's data and stray comments.

It knows quotes, dollar quotes, comments and BEGIN ATOMIC bodies, and nothing else of the grammar. A command of psql may
stand anywhere, and some end the statement before them as a semicolon does. One whose result psql is to run
(``\\gexec``) is left out for that command: what it will be is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from pgconform.support.patterns import deferred

_TOKEN = deferred(
    rb"""
    (?P<comment>--[^\n]*)
  | (?P<block>/\*)
  | (?P<dollar>\$(?:[A-Za-z_\x80-\xff][A-Za-z0-9_\x80-\xff]*)?\$)
  | (?P<quoted>\b[eE]'(?:[^'\\]|\\.|'')*' | '(?:[^']|'')*' | "(?:[^"]|"")*")
  | (?P<command>(?:^[ \t]*)?\\(?P<name>[^\s;]+)[^\n]*)
  | (?P<stray>^[ \t]*//[^\n]*)
  | (?P<end>;)
  | (?P<atomic>\bBEGIN\s+ATOMIC\b)
  | (?P<open>\bCASE\b)
  | (?P<close>\bEND\b)
    """,
    re.VERBOSE | re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_PADDING = deferred(rb"(?:\s+|--[^\n]*|/\*(?s:.*?)\*/)*")
_BLOCK = deferred(rb"/\*|\*/")
_COPY = deferred(rb"COPY\b[^;]*\bFROM\s+STDIN\b", re.IGNORECASE)
_COPY_END = deferred(rb"^\\\.[ \t]*\r?$", re.MULTILINE)
_SENDS = frozenset({b"g", b"gx", b"gset", b"crosstabview", b"watch"})
_LEAVES_OUT = frozenset({b"gexec", b"gdesc", b"r", b"reset"})


class Cut(NamedTuple):
    """A stretch of bytes. ``kind`` is "statement", "command" (psql's), "stray" (a ``//`` comment) or "data"."""

    kind: str
    start: int
    end: int


def first_word(sql: bytes, start: int) -> int:
    """The offset of the first byte from ``start`` that is neither white space nor comment."""
    match = _PADDING.match(sql, start)
    return match.end() if match else start


def cut(sql: bytes) -> Iterator[Cut]:
    """The stretches of a text that mean something, in order; a statement's last byte is its semicolon's."""
    start = position = depth = 0
    while token := _TOKEN.search(sql, position):
        position = _past(sql, token)
        match token.lastgroup:
            case "stray":
                yield Cut("stray", token.start(), token.end())
            case "command":
                if token["name"] in _SENDS and first_word(sql, start) < token.start("name") - 1:
                    yield Cut("statement", start, token.start())
                yield Cut("command", token.start(), token.end())
                if token["name"] in _SENDS | _LEAVES_OUT:
                    start, depth = position, 0
                elif _COPY.match(sql, token.start("name"), token.end()):
                    position = _data_end(sql, position)
                    yield Cut("data", token.end(), position)
            case "end" if not depth:
                yield Cut("statement", start, position)
                if _COPY.match(sql, first_word(sql, start), position):
                    end = _data_end(sql, position)
                    yield Cut("data", position, end)
                    position = end
                start = position
            case edge:
                depth = _depth(depth, edge)
    if first_word(sql, start) < len(sql):
        yield Cut("statement", start, len(sql))


def _depth(depth: int, edge: str | None) -> int:
    """How many bodies, and CASEs within them, are open behind an edge of one."""
    match edge:
        case "atomic":
            return depth + 1
        case "open" if depth:
            return depth + 1
        case "close" if depth:
            return depth - 1
        case _:
            return depth


def _data_end(sql: bytes, position: int) -> int:
    found = _COPY_END.search(sql, position)
    return found.end() if found else len(sql)


def _past(sql: bytes, token: re.Match[bytes]) -> int:
    """Where reading goes on: behind a block comment or a dollar quote, if it ends at all."""
    if token.lastgroup == "dollar":
        end = sql.find(token[0], token.end())
        return token.end() if end < 0 else end + len(token[0])
    if token.lastgroup == "block":
        return _past_block(sql, token.end())
    return token.end()


def _past_block(sql: bytes, position: int) -> int:
    depth = 1
    for edge in _BLOCK.finditer(sql, position):
        depth += 1 if edge[0] == b"/*" else -1
        if not depth:
            return edge.end()
    return position
