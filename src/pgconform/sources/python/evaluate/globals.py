"""Rows and lists that a module holds: what its functions do to them, whenever they are called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.changes import after
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Dict, Either, List, Value
from pgconform.sources.python.evaluate.values.lists import in_all
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.aliases import Change
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.scopes import FUNCTIONS

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


CHANGEABLE = frozenset({Dict, List, Either})
"""Values that functions may have changed, or that may be one of several."""


def one_of_several(found: list[Value]) -> list[Value]:
    """What a name of a module may hold that functions assign: of several rows, which they are nobody knows."""
    rows = [option for value in found for option in options(value) if isinstance(option, Dict)]
    return found if len(found) == 1 else [each(value, partial(in_all, rows)) for value in found]


def changed(evaluator: Evaluator, uri: str, name: str, value: Value, by: Frame | None) -> Value:
    """What a name of a module holds, with what functions of it do to that; those of the scope that asks show there."""
    if not any(isinstance(option, Dict | List) and _has_parts(option) for option in options(value)):
        return value
    for frame in _changing(evaluator, uri, name):
        if by is None or (by.uri, by.number) != (uri, frame.number):
            value = each(value, partial(_changed_in, evaluator, frame, name))
    return value


def _has_parts(value: Dict | List) -> bool:
    return bool(value.entries if isinstance(value, Dict) else value.items)


def _changing(evaluator: Evaluator, uri: str, name: str) -> Iterator[Frame]:
    """The functions of a module that may change what a name of it holds."""
    ground = evaluator.ground
    for number in ground.readers(uri, name):
        head = ground.head(uri, number)
        for place in (number, *ground.inner(uri, number)) if _may_change(head, name) else ():
            frame = ground.alone(uri, place)
            if frame.scope.kind in FUNCTIONS and name not in frame.scope.captured:
                yield frame


def _may_change(head: Scope, name: str) -> bool:
    return head.kind in FUNCTIONS and (not head.source or bool(_change_of(name).search(head.source)))


@cache
def _change_of(name: str) -> re.Pattern[bytes]:
    """What changes a name, or hands it on."""
    word = re.escape(name.encode())
    put, handed = rb"(?:\[[^\n=]*\]\s*)+(?:[-+|]=|=(?!=))", rb"[(,=]\s*%b\s*(?:[,)\n]|$)" % word
    return re.compile(rb"\b%b\s*(?:%b|\.\s*(?:%b)\b|[|+]=)|\bdel\s+%b|%b" % (word, put, _METHODS, word, handed))


_METHODS = b"update|pop|popitem|setdefault|clear|append|extend|insert|remove|add|sort|reverse"


def _changed_in(evaluator: Evaluator, frame: Frame, name: str, base: Value) -> Value:
    """The value where a function may have been called that has it by that name."""
    aliases = evaluator.ground.aliases(frame.uri, frame.number)
    for number in frame.named(name):
        for change in aliases.of_parameter(number):
            base = _after(evaluator, frame, change, base)
    return base


def _after(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    """The value where that may have been done to it; to a list, that leaves its items."""
    if isinstance(base, List) and not change.item and not isinstance(frame.ops[change.number], flows.Call):
        return replace(base, exact=False)
    return after(evaluator, frame, change._replace(done=None), base)
