"""What loops do with each of the elements that they go through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.choices import options
from pgconform.sources.python.evaluate.comprehensions import known_names
from pgconform.sources.python.evaluate.containers import known_texts
from pgconform.sources.python.evaluate.frames import Frame
from pgconform.sources.python.evaluate.values import List
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.ties import every_element, is_element, listed

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_BOTH = 2
_OF_TEXTS = frozenset({"in", "startswith", "endswith"})


def done_by_element(evaluator: Evaluator, frame: Frame, op: flows.Either) -> int:
    """What is done in a loop to just those keys that a test is of, in their rounds: the operation; else -1."""
    if not len(op.options) == len(op.needs) == _BOTH:
        return -1
    for done, before in (op.options, op.options[::-1]):
        what = frame.ops[done]
        if isinstance(what, flows.Put | flows.Drop) and what.base == before and told(evaluator, frame, what.key):
            return done
    return -1


def goes_through_all(evaluator: Evaluator, frame: Frame, op: int) -> bool:
    """The list that a loop takes the element from is known, item by item."""
    source = evaluator.value(frame, listed(frame.ops, op))
    return all(isinstance(items, List) and items.exact for items in options(source))


def dropped_each(evaluator: Evaluator, frame: Frame, key: int) -> bool:
    """A loop takes every key out that its element is, or a test of that."""
    return every_element(frame.ops, key) or told(evaluator, frame, key)


def told(evaluator: Evaluator, frame: Frame, op: int) -> bool:
    """It is those elements of a loop that a test found among keys or items that are all known, or not among them."""
    what = frame.ops[op]
    if type(what) is not flows.Where or not is_element(frame.ops, what.base):
        return False
    if what.of < 0:
        return what.kind in _OF_TEXTS and bool(known_texts(evaluator.value(frame, op)))
    return all(known_names(other) is not None for other in options(evaluator.value(frame, what.of)))
