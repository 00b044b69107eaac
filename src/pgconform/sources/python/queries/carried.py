"""What names hold in a round of a loop that an earlier round left: the row before, the best so far."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Earlier, Value
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def left_by_rounds(evaluator: Evaluator, frame: Frame, number: int) -> Value:
    """The value of an operation, where what an earlier round left is what the loop leaves in the end."""
    value = evaluator.value(frame, number)
    if not _is_open(value):
        return value
    ends = [(end, op.earlier) for end, op in enumerate(frame.ops) if type(op) is flows.Either and op.earlier >= 0]
    left = {id(evaluator.value(frame, earlier)): end for end, earlier in ends}
    for _ in range(_NESTED):
        value = each(value, lambda one: evaluator.value(frame, left[id(one)]) if id(one) in left else one)
        if not _is_open(value):
            break
    return value


def _is_open(value: Value) -> bool:
    return any(type(option) is Earlier for option in options(value))


_NESTED = 3
"""Loops within one another that are looked through."""
