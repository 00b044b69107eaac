"""Texts put together from parts: what is known of them, and where each part stands."""

from __future__ import annotations

import re

from pgconform.request import HOLE, Text
from pgconform.shape import Location, Scalar
from pgconform.sources.python.evaluate.values import (
    UNKNOWN,
    Either,
    List,
    Lit,
    Mark,
    Opaque,
    Str,
    Value,
    each,
    either,
    settle,
)
from pgconform.sources.python.flows.operations import Const

DEEPEST = 3
"""Independent choices that one text is followed through."""

_PERCENT = re.compile(r"%(?:\(\w+\))?[#0\- +]*[\d.*]*[a-zA-Z]")
_BRACES = re.compile(r"\{\{|\}\}|\{[^{}]*\}")


def literal(uri: str, op: Const) -> Str:
    """The text of a constant."""
    at = Location(uri, op.line, op.column, op.end_line, op.end_column) if op.line else None
    return Str(Text(str(op.value), at, op.marks))


def joined(parts: list[Value], at: Location | None = None, choices: int = 0) -> Value:
    """The parts one after the other; a part of several values makes as many texts."""
    for number, part in enumerate(parts):
        if isinstance(part, Either):
            if choices >= DEEPEST:
                return joined([*parts[:number], UNKNOWN, *parts[number + 1 :]], at, choices)
            found = [
                joined([settle(item, part.choice, index) for item in parts], at, choices + 1)
                for index in range(len(part.options))
            ]
            return either(part.choice, tuple(found))
    return _joined([_text(part) for part in parts], at)


def _joined(texts: list[Text], at: Location | None) -> Str:
    value = ""
    marks: list[Mark] = []
    place = at or next((text.at for text in texts if text.at), None)
    for text in texts:
        if text.at is not None and place is not None and text.at.uri == place.uri:
            marks += [(len(value) + offset, line, column) for offset, line, column in text.marks]
        value += text.value
    return Str(Text(value, place, tuple(marks)))


def _text(value: Value) -> Text:
    match value:
        case Str(text=text):
            return text
        case Lit(value=constant, at=at):
            return Text(str(constant), at)
    return Text(HOLE)


def is_text(value: Value) -> bool:
    """The value is known to be a text, even if nothing of it is."""
    match value:
        case Str():
            return True
        case Opaque(type=Scalar(kind="py.str")):
            return True
        case Either(options=found):
            return any(is_text(option) for option in found)
    return False


def filled(value: Value, pattern: re.Pattern[str]) -> Value:
    """A text with every placeholder of the pattern unknown."""
    if not isinstance(value, Str):
        return each(value, lambda option: filled(option, pattern)) if isinstance(value, Either) else _unknown()
    text = value.text
    pieces: list[Text] = []
    position = 0
    for found in pattern.finditer(text.value):
        pieces.append(part(text, position, found.start()))
        doubled = found[0] in ("{{", "}}", "%%")
        pieces.append(part(text, found.start(), found.start() + 1) if doubled else Text(HOLE))
        position = found.end()
    pieces.append(part(text, position, len(text.value)))
    return Str(_joined(pieces, text.at).text, template=True)


def formatted(value: Value) -> Value:
    """``text.format(…)``."""
    return filled(value, _BRACES)


def percented(value: Value) -> Value:
    """``text % …``."""
    return filled(value, _PERCENT)


def _unknown() -> Value:
    return Opaque(type=Scalar("py.str"))


def part(text: Text, start: int, end: int) -> Text:
    """The characters from ``start`` to ``end`` and their places."""
    kept: list[Mark] = []
    for mark in text.marks:
        if mark[0] <= start:
            kept = [(0, mark[1], mark[2] + start - mark[0])]
        elif mark[0] < end:
            kept.append((mark[0] - start, mark[1], mark[2]))
    return Text(text.value[start:end], text.at, tuple(kept))


def separated(separator: Value, items: Value) -> Value:
    """``separator.join(items)``; a list that may be empty here is hardly meant to be, and its text is not known."""
    if isinstance(items, Either):
        return each(items, lambda option: separated(separator, option))
    if not (isinstance(items, List) and items.exact and items.items and isinstance(separator, Str)):
        return _unknown()
    between = Str(Text(separator.text.value))
    parts = [part for item in items.items for part in (between, item)]
    return joined(parts[1:])


def method(value: Str, name: str) -> Value | None:
    """A text after a method that takes nothing away from what is known; None: another method."""
    text = value.text
    if name in ("strip", "lstrip", "rstrip"):
        start = len(text.value) - len(text.value.lstrip()) if name != "rstrip" else 0
        end = len(text.value.rstrip()) if name != "lstrip" else len(text.value)
        return Str(part(text, start, max(start, end)), value.template)
    if name in ("lower", "upper", "title", "capitalize"):
        changed = getattr(text.value, name)()
        return Str(Text(changed, text.at, text.marks if len(changed) == len(text.value) else ()), value.template)
    return None
