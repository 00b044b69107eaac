"""Patterns of keys: the texts that a key may be, with the names of what is put into them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pgconform.request import HOLE, Text
from pgconform.shape import Location
from pgconform.sources.python.caches.calls import Outer
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Str
from pgconform.sources.python.flows import operations as flows
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_KEY = deferred(r"(^|_)(key|name|k)s?$", re.IGNORECASE)
_WORDLESS = deferred(r"^[^a-zA-Z0-9]*$")


def taken(frame: Frame, number: int) -> Outer | None:
    """The parameter that a key is, or is put into a text as; None where the function knows its keys."""
    op = frame.ops[number]
    match op:
        case flows.Param(index=index) if frame.alone:
            return Outer(index)
        case flows.Sure(base=base) | flows.Noted(base=base):
            return taken(frame, base)
        case flows.Join(parts=parts):
            return _in_text(frame, parts)
        case flows.Plus(left=left, right=right) | flows.Grow(base=left, value=right):
            return _in_text(frame, (left, right))
    return None


def _in_text(frame: Frame, parts: tuple[int, ...]) -> Outer | None:
    """Of a text with one parameter, if that is called a key."""
    ops = [frame.ops[part] for part in parts]
    places = [place for place, op in enumerate(ops) if not isinstance(op, flows.Const)]
    inner = ops[places[0]] if len(places) == 1 else None
    if not isinstance(inner, flows.Param) or not _KEY.search(frame.scope.parameters[inner.index].name):
        return None
    before = "".join(str(op.value) for op in ops[: places[0]] if isinstance(op, flows.Const))
    after = "".join(str(op.value) for op in ops[places[0] + 1 :] if isinstance(op, flows.Const))
    return Outer(inner.index, before, after)


def keys(evaluator: Evaluator, frame: Frame, number: int) -> list[str]:
    """The patterns that a key may follow; none where nothing of it is known."""
    texts = [option.text for option in options(evaluator.value(frame, number)) if isinstance(option, Str)]
    spoken = {text.value: text for text in texts if not _WORDLESS.match(text.value)}
    none = {value.replace(HOLE, "None") for value in spoken if HOLE in value}
    return list(dict.fromkeys(_named(evaluator, text) for value, text in spoken.items() if value not in none))


def _named(evaluator: Evaluator, text: Text) -> str:
    """The text with a name in each of its holes."""
    names = _names(evaluator, text.at) if text.at else []
    pieces = text.value.split(HOLE)
    count = len(pieces) - 1
    words = names if len(names) == count else ["value"] if count == 1 else [f"value{n}" for n in range(1, count + 1)]
    taken_names: list[str] = []
    for word in words:
        taken_names.append(word if word not in taken_names else f"{word}_{len(taken_names) + 1}")
    return "".join(f"{piece}{{{name}}}" for piece, name in zip(pieces, taken_names, strict=False)) + pieces[-1]


def _names(evaluator: Evaluator, at: Location) -> list[str]:
    """What the f-string at a place puts into its text, by name."""
    ground = evaluator.ground
    for number in ground.around(at.uri, at.line):
        frame = ground.alone(at.uri, number)
        for op in frame.ops:
            if isinstance(op, flows.Join) and (op.line, op.column) == (at.line, at.column):
                return [_word(evaluator, frame, part) for part in op.parts if _unknown(evaluator, frame, part)]
    return []


def _unknown(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    value = evaluator.value(frame, number)
    return not (isinstance(value, Str) and value.text.whole) and not isinstance(frame.ops[number], flows.Const)


def _word(evaluator: Evaluator, frame: Frame, number: int) -> str:
    op = frame.ops[number]
    match op:
        case flows.Param(index=index):
            return frame.scope.parameters[index].name
        case flows.Free(name=name) | flows.Attr(name=name):
            return name
        case flows.Item(key=key):
            value = evaluator.value(frame, key)
            return value.text.value if isinstance(value, Str) and value.text.value.isidentifier() else "value"
        case flows.Sure(base=base) | flows.Noted(base=base):
            return _word(evaluator, frame, base)
        case flows.Call(arguments=(first, *_), name="str" | "int" | "quote"):
            return _word(evaluator, frame, first)
    return next((name for name, held in frame.scope.names.items() if held == number), "value")
