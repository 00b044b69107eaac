"""What texts take of the rows that fill them: ``"{a}".format(**row)``, ``.format_map(row)``, ``"%(a)s" % row``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.request import Text
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Str
from pgconform.sources.python.flows import operations as flows
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_BRACES = deferred(r"\{\{|\}\}|\{(?P<name>[A-Za-z_]\w*)[^{}]*\}")
_PERCENT = deferred(r"%%|%\((?P<name>\w+)\)")


def by_text(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[tuple[int, Text]]:
    """The operations that are rows which a text is filled from, each with a key that it takes."""
    for op in frame.ops:
        if type(op) is flows.Percent and rows[op.right]:
            yield from _taken(evaluator, frame, op.left, op.right, _PERCENT)
        elif type(op) is flows.Call and (op.name == "format" or op.name == "format_map"):
            row, method = _row(op), frame.ops[op.function]
            if row >= 0 and rows[row] and isinstance(method, flows.Attr):
                yield from _taken(evaluator, frame, method.base, row, _BRACES)


def _row(call: flows.Call) -> int:
    """The one mapping that a text is filled from, else -1."""
    match call:
        case flows.Call(name="format", arguments=(), keywords=(("**", row),)):
            return row
        case flows.Call(name="format_map", arguments=(row,), keywords=()):
            return row
    return -1


def _taken(
    evaluator: Evaluator, frame: Frame, text: int, row: int, pattern: re.Pattern[str]
) -> Iterator[tuple[int, Text]]:
    said = evaluator.value(frame, text)
    if isinstance(said, Str) and said.text.whole:
        for found in pattern.finditer(said.text.value):
            if name := found["name"]:
                yield row, Text(name, said.text.place(found.start("name"), len(name)))
