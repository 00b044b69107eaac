"""Functions that an earlier text of a file had as they are: what is in them need not be parsed again."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

Known: TypeAlias = Iterable[tuple[int, bytes]]
"""Functions that parsed, each by its first line with all of its lines in UTF-8."""
Range: TypeAlias = tuple[int, int]
"""The first line of a function and its last, from 1."""


def emptied(text: bytes, starts: Sequence[int], known: Known) -> tuple[bytes, frozenset[Range]]:
    """The text with nothing but ``pass`` in those of the functions that it still has, and where these are.

    ``starts`` are the places of its lines. No line is moved; whether they are functions there the tree must tell, see
    `stand`.
    """
    pieces: list[bytes] = []
    found: list[Range] = []
    done = moved = 0
    for line, function in sorted(known):
        first = line - 1 + moved
        if not (first < len(starts) and starts[first] >= done and text.startswith(function, starts[first])):
            first = _line_of(text, starts, function, done)
            if first < 0:
                continue
            moved = first - line + 1
        rows = function.splitlines(keepends=True)
        if head := _head(rows):
            start = starts[first]
            pieces += (text[done:start], *rows[:head], *_nothing(rows[head:], rows[0]))
            found.append((first + 1, first + len(rows)))
            done = start + len(function)
    return b"".join((*pieces, text[done:])), frozenset(found)


def _line_of(text: bytes, starts: Sequence[int], function: bytes, after: int) -> int:
    """The line, from 0, on which a function begins that was moved; -1: it is not there."""
    place = text.find(function, after)
    line = bisect_left(starts, place) if place >= 0 else -1
    return line if line >= 0 and starts[line] == place else -1


def _head(rows: Sequence[bytes]) -> int:
    """How many lines a function's head has, as far as a glance tells; 0: no end of it is seen, or no body."""
    depth = 0
    for count, row in enumerate(rows[:-1], 1):
        depth += row.count(b"(") - row.count(b")")
        ends = row.rstrip().endswith(b":") or row.partition(b"#")[0].rstrip().endswith(b":")
        if ends and depth <= 0:
            return count
    return 0


def _nothing(rows: Sequence[bytes], head: bytes) -> Iterator[bytes]:
    """As many lines, without anything in them, for the body of a function that begins with that line."""
    yield b"\n" * (len(rows) - 1)
    yield head[: len(head) - len(head.lstrip())] + b" pass"
    yield b"\n" if rows[-1].endswith((b"\n", b"\r")) else b""


def stand(tree: ast.Module, ranges: frozenset[Range]) -> bool:
    """All that was emptied is a function of the module, or of a class in it, and ends where it did."""
    return ranges <= {(node.lineno, node.end_lineno) for node in _functions(tree.body)}


def _functions(body: Iterable[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.ClassDef):
            yield from _functions(node.body)
