"""What texts take of the rows that fill them: ``"{a}".format(**row)``, ``.format_map(row)``, ``"%(a)s" % row``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.request import Text
from pgconform.sources.python.evaluate.frames import Frame
from pgconform.sources.python.evaluate.values import Str
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_BRACES = re.compile(r"\{\{|\}\}|\{(?P<name>[A-Za-z_]\w*)[^{}]*\}")
_PERCENT = re.compile(r"%%|%\((?P<name>\w+)\)")


def by_text(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[tuple[int, Text]]:
    """The operations that are rows which a text is filled from, each with a key that it takes."""
    for op in frame.ops:
        match op:
            case flows.Percent(left=left, right=right) if rows[right]:
                yield from _taken(evaluator, frame, left, right, _PERCENT)
            case flows.Call(name="format", arguments=(), keywords=(("**", row),), function=function) if rows[row]:
                yield from _filled(evaluator, frame, function, row)
            case flows.Call(name="format_map", arguments=(row,), function=function) if rows[row]:
                yield from _filled(evaluator, frame, function, row)


def _filled(evaluator: Evaluator, frame: Frame, function: int, row: int) -> Iterator[tuple[int, Text]]:
    method = frame.ops[function]
    if isinstance(method, flows.Attr):
        yield from _taken(evaluator, frame, method.base, row, _BRACES)


def _taken(
    evaluator: Evaluator, frame: Frame, text: int, row: int, pattern: re.Pattern[str]
) -> Iterator[tuple[int, Text]]:
    said = evaluator.value(frame, text)
    if isinstance(said, Str) and said.text.whole:
        for found in pattern.finditer(said.text.value):
            if name := found["name"]:
                yield row, Text(name, said.text.place(found.start("name"), len(name)))
