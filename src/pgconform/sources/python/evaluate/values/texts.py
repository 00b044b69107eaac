"""Texts put together from parts: what is known of them, and where each part stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import count

from pgconform.request import HOLE, Text
from pgconform.shape import Location, Scalar
from pgconform.sources.python.evaluate.values.choices import each, either, options, settle
from pgconform.sources.python.evaluate.values.common import common, part, together
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Composed,
    Either,
    List,
    Lit,
    Opaque,
    Str,
    Value,
)
from pgconform.sources.python.flows.operations import Const
from pgconform.support.patterns import deferred

DEEPEST = 3
"""Independent choices that one text is followed through."""

_BETWEEN = deferred(r",|\band\b|\bor\b", re.IGNORECASE)
"""What stands between parts that may be there or not."""
_NOTHING: Mapping[str, Value] = {}
_PERCENT = deferred(r"%%|%(?:\(\w+\))?[#0\- +]*[\d.*]*[a-zA-Z]")
_DOLLARS = deferred(r"\$\$|\$\{[A-Za-z_]\w*\}|\$[A-Za-z_]\w*")
_BRACES = deferred(r"\{\{|\}\}|\{[^{}]*\}")


def literal(uri: str, op: Const) -> Str:
    """The text of a constant."""
    at = Location(uri, op.line, op.column, op.end_line, op.end_column) if op.line else None
    return Str(Text(str(op.value), at, op.marks))


def joined(parts: list[Value], at: Location | None = None, choices: int = 0) -> Value:
    """The parts one after the other; a part of several values makes as many texts, one that has none makes none.

    Of what is chosen independently of `DEEPEST` other choices, there is what all have in common.
    """
    if UNBOUND in parts:
        return UNBOUND
    for number, several in enumerate(parts):
        if isinstance(several, Either):
            if choices >= DEEPEST:
                any_of_it = common(list(options(several)))
                return joined([*parts[:number], any_of_it, *parts[number + 1 :]], at, choices)
            found = [
                joined([settle(item, several.choice, index) for item in parts], at, choices + 1)
                for index in range(len(several.options))
            ]
            return either(several.choice, tuple(found))
    made = _joined([_text(part) for part in parts], at)
    return Composed(made) if any(isinstance(part, Composed) for part in parts) else Str(made)


def _joined(texts: list[Text], at: Location | None) -> Text:
    """The texts as one. A number that is put behind a ``$`` is one of several parameters: the next has another."""
    place = at or next((text.at for text in texts if text.at), None)
    kept: list[Text] = []
    before = ""
    for text in texts:
        kept.append(_HOLE if before.endswith("$") and text.value.isdigit() else text)
        before = kept[-1].value or before
    return together(kept, place)


_HOLE = Text(HOLE)


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


def formatted(value: Value, arguments: Sequence[Value] = (), keywords: Mapping[str, Value] = _NOTHING) -> Value:
    """``text.format(…)``."""
    numbers = count()

    def named(placeholder: str) -> Value:
        key = placeholder[1:-1]
        if key.isdigit() or not key:
            number = int(key) if key else next(numbers)
            return arguments[number] if number < len(arguments) else UNKNOWN
        return keywords.get(key, UNKNOWN)

    return _filled(value, _BRACES, named)


def percented(value: Value, arguments: Sequence[Value] = (), keywords: Mapping[str, Value] = _NOTHING) -> Value:
    """``text % …`` with a tuple or a dict."""
    numbers = count()

    def named(placeholder: str) -> Value:
        key = placeholder[2:-2] if placeholder[1] == "(" else ""
        number = -1 if key else next(numbers)
        found = keywords.get(key) if key else arguments[number] if number < len(arguments) else None
        whole = placeholder[-1] == "s" or (placeholder[-1] == "d" and isinstance(found, Lit))
        return (
            found
            if found is not None and whole and placeholder in ("%s", "%d", f"%({key})s", f"%({key})d")
            else UNKNOWN
        )

    return _filled(value, _PERCENT, named)


def substituted(value: Value, keywords: Mapping[str, Value]) -> Value:
    """``Template(text).substitute(…)``."""

    def named(placeholder: str) -> Value:
        return keywords.get(placeholder.strip("${}"), UNKNOWN)

    return _filled(value, _DOLLARS, named)


def _filled(value: Value, pattern: re.Pattern[str], named: Callable[[str], Value]) -> Value:
    """A text with what stands for every placeholder of the pattern."""
    if not isinstance(value, Str):
        return each(value, lambda option: _filled(option, pattern, named)) if isinstance(value, Either) else _unknown()
    text = value.text
    pieces: list[Value] = []
    position = 0
    for found in pattern.finditer(text.value):
        pieces.append(Str(part(text, position, found.start())))
        position = found.end()
        if found[0] in ("{{", "}}", "%%", "$$"):
            position -= 1
        else:
            pieces.append(named(found[0]))
    pieces.append(Str(part(text, position, len(text.value))))
    return joined(pieces, text.at)


def _unknown() -> Value:
    return Opaque(type=Scalar("py.str"))


def separated(separator: Value, items: Value) -> Value:
    """``separator.join(items)``; a list that may be empty here is hardly meant to be, and its text is not known.

    Of conditions and the like, of which nobody knows which there are together, all are said, and that others may be.
    """
    if isinstance(items, Either):
        return each(items, lambda option: separated(separator, option))
    if not (isinstance(items, List) and items.items and isinstance(separator, Str)):
        return _unknown()
    if not items.exact and not (items.grown and _BETWEEN.search(separator.text.value)):
        return _unknown()
    between = Str(Text(separator.text.value))
    parts = [part for item in items.items for part in (between, item)]
    return joined(parts[1:] if items.exact else [*parts[1:], between, UNKNOWN])


def method(value: Str, name: str, arguments: Sequence[Value] = ()) -> Value | None:
    """A text after a method; None: another method, or it is not known what comes of it."""
    text = value.text
    if arguments:
        given = [item.text.value for item in arguments if isinstance(item, Str) and item.text.whole]
        if name in _STRIPPING and len(given) == len(arguments) == 1:
            return stripped(text, name, given[0])
        return _changed(text, name, given) if text.whole and len(given) == len(arguments) else None
    if name in _STRIPPING:
        return stripped(text, name, None)
    if name in ("lower", "upper", "title", "capitalize"):
        changed = getattr(text.value, name)()
        return Str(Text(changed, text.at, text.marks if len(changed) == len(text.value) else ()))
    return None


_STRIPPING = frozenset({"strip", "lstrip", "rstrip"})


def stripped(text: Text, name: str, characters: str | None) -> Str:
    """A text without these characters at its ends; what is not known of it stays so."""
    start = len(text.value) - len(text.value.lstrip(characters)) if name != "rstrip" else 0
    end = len(text.value.rstrip(characters)) if name != "lstrip" else len(text.value)
    return Str(part(text, start, max(start, end)))


def _changed(text: Text, name: str, given: list[str]) -> Value | None:
    """A known text after a method that is handed known texts."""
    value, at = text.value, text.at
    match name, given:
        case "removeprefix", [prefix]:
            return Str(part(text, len(prefix) if value.startswith(prefix) else 0, len(value)))
        case "removesuffix", [suffix]:
            return Str(part(text, 0, len(value) - len(suffix) if suffix and value.endswith(suffix) else len(value)))
        case "replace", [old, new]:
            return Str(Text(value.replace(old, new), at))
        case "split" | "rsplit", [separator] if separator:
            return List(tuple([Str(Text(item, at)) for item in value.split(separator)]))
        case "partition" | "rpartition", [separator] if separator:
            return List(tuple([Str(Text(item, at)) for item in getattr(value, name)(separator)]))
    return None
