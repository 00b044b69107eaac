"""What a round of a loop has from earlier ones: the row before, the best so far, what was put into a dict or a list."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import each, either, options
from pgconform.sources.python.evaluate.values.containers import item_of
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Earlier, Value, is_none
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def left_by_rounds(evaluator: Evaluator, frame: Frame, number: int) -> Value:
    """The value of an operation, where what an earlier round left is what the loop leaves in the end."""
    value = evaluator.value(frame, number)
    if _is_open(value):
        return _closed(evaluator, frame, value)
    if all(option is UNKNOWN or is_none(option) for option in options(value)):
        found = _Filled(evaluator, frame).value(number)
        return value if found is None else found
    return value


def _is_open(value: Value) -> bool:
    return any(type(option) is Earlier for option in options(value))


def _closed(evaluator: Evaluator, frame: Frame, value: Value) -> Value:
    left = {id(evaluator.value(frame, op.earlier)): end for end, op in _ends(frame) if op.earlier >= 0}
    for _ in range(_NESTED):
        value = each(value, lambda one: evaluator.value(frame, left[id(one)]) if id(one) in left else one)
        if not _is_open(value):
            break
    return value


def _ends(frame: Frame) -> Iterator[tuple[int, flows.Either]]:
    """What names hold after loops."""
    for number, op in enumerate(frame.ops):
        if type(op) is flows.Either and op.earlier != -1:
            yield number, op


class _Filled:
    """What is taken, within a loop, of something that is filled by its rounds and had nothing in it before."""

    def __init__(self, evaluator: Evaluator, frame: Frame) -> None:
        self.evaluator = evaluator
        self.frame = frame
        self.ends = {op.options[0]: end for end, op in _ends(frame) if op.earlier == flows.CHANGED}

    def value(self, number: int) -> Value | None:
        """The value of an operation in a round but the first; None where it is of something else."""
        if not self.ends:
            return None
        match self.frame.ops[number]:
            case flows.Either(options=several) if number not in self.ends.values():
                return self._any(number, several)
            case flows.Where(base=base) | flows.Sure(base=base) | flows.Noted(base=base):
                return self.value(base)
            case flows.Item(base=base, key=key):
                return self._item(base, key)
            case flows.Call(name="get", function=function, arguments=(key, *_)):
                called = self.frame.ops[function]
                return self._item(called.base, key) if type(called) is flows.Attr else None
        return None

    def _item(self, base: int, key: int) -> Value | None:
        of = self.evaluator.value(self.frame, self.ends[base]) if base in self.ends else self.value(base)
        if of is None:
            return None
        return each(of, lambda one: item_of(one, self.evaluator.value(self.frame, key)))

    def _any(self, number: int, several: tuple[int, ...]) -> Value | None:
        found: list[Value] = []
        for option in several:
            if (one := self.value(option)) is not None:
                found.append(one)
            elif not is_none(self.evaluator.value(self.frame, option)):
                return None
        return either((self.frame.identity, "filled", number), tuple(found)) if found else None


_NESTED = 3
"""Loops within one another that are looked through."""
