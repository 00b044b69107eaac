"""Functions of a file as a glance at its text finds them, so that what is in some of them need not be parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from re import Pattern
from typing import NamedTuple, TypeAlias

from pgconform.support.patterns import deferred

_HEAD_ENDS = deferred(rb":[ \t]*(?:#[^\n]*)?\r?\n")
_INDENTED = deferred(rb"\n([ \t]+)[^ \t\r\n#]")
_TO_LAST = deferred(rb"(?s:.*)\n[ \t]*[^ \t\r\n#][^\n]*")
"""Up to the end of the last line that has more than a comment."""
_QUOTES = (b'"""', b"'''")
_LONGEST = 10_000
"""Bytes of a function's head."""
_DEEPEST = 40
"""How far a class is indented whose functions are looked for."""
Range: TypeAlias = tuple[int, int]
"""The first line of a function and its last, from 1."""


class Body(NamedTuple):
    """A function: where its first line starts, where the one behind its head does, and where its last one ends."""

    name: str
    indent: bytes
    start: int
    inside: int
    end: int


def bodies(text: bytes) -> Iterator[Body]:
    """The functions of a module and of classes in it, in order, but of those in blocks and in other functions.

    Whether they are functions the tree must tell, see `stand`.
    """
    if text.count(b"\r") == text.count(b"\r\n"):
        yield from _bodies(text, 0, len(text), b"")


def _bodies(text: bytes, place: int, until: int, indent: bytes) -> Iterator[Body]:
    """Those that begin in a part of the text with that indentation."""
    begins, ends = _patterns(indent)
    while found := begins.search(text, place, until):
        left = ends.search(text, found.end(), until)
        place = left.start() if left else until
        if found[1]:
            first = _INDENTED.search(text, found.end(), place)
            if first and len(indent) < len(first[1]) < _DEEPEST:
                yield from _bodies(text, found.end(), place, first[1])
        elif body := _body(text, found[2].decode(), indent, found.start() + 1, place):
            yield body


@lru_cache(64)
def _patterns(indent: bytes) -> tuple[Pattern[bytes], Pattern[bytes]]:
    """Where a class or function begins that is indented so, and before which line a block ends that is in one."""
    begins = deferred(rb"\n" + indent + rb"(?:(class)|def|async[ \t]+def)[ \t]+([^\W\d]\w*)")
    ends = deferred(rb"\n(?!" + indent + rb"[ \t]|[ \t]*(?:[#)\]}\r\n]|\Z))")
    return begins, ends


def _body(text: bytes, name: str, indent: bytes, start: int, until: int) -> Body | None:
    """A function that begins there and ends before that place; None where its lines may not be all of it."""
    lines = _TO_LAST.match(text, start, until)
    end = lines.end() if lines else start
    inside = _inside(text, start, min(end, start + _LONGEST))
    goes_on = text.endswith((b"\\", b"\\\r"), start, end) or any(text.count(it, start, end) % 2 for it in _QUOTES)
    return None if inside < 0 or goes_on else Body(name, indent, start, inside, end)


def _inside(text: bytes, start: int, end: int) -> int:
    """Where the line begins that follows a function's head; -1: none does."""
    for found in _HEAD_ENDS.finditer(text, start, end):
        if text.count(b"(", start, found.start()) <= text.count(b")", start, found.start()):
            return found.end()
    return -1


def emptied(text: bytes, chosen: Iterable[Body]) -> tuple[bytes, frozenset[Range]]:
    """The text with nothing but ``pass`` in these functions, and where they are; no line is moved."""
    pieces: list[bytes] = []
    ranges: list[Range] = []
    done, line = 0, 1
    for body in chosen:
        first = line + text.count(b"\n", done, body.start)
        rows = text.count(b"\n", body.inside, body.end)
        line = first + text.count(b"\n", body.start, body.inside) + rows
        pieces += (text[done : body.inside], b"\n" * rows, body.indent, b" pass")
        ranges.append((first, line))
        done = body.end
    return b"".join((*pieces, text[done:])), frozenset(ranges)


def stand(tree: ast.Module, ranges: frozenset[Range]) -> bool:
    """All that was emptied is a function of the module, or of a class in it, and ends where it did."""
    return ranges <= {(node.lineno, node.end_lineno) for node in _functions(tree.body)}


def _functions(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)
