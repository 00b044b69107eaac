"""Lists, tuples and sets as they are written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.containers import met
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import List, Rows, Value
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def displayed(evaluator: Evaluator, frame: Frame, op: flows.Seq, number: int) -> Value:
    """The value of a display, its items as they are by then."""
    items: list[tuple[Value, bool]] = []
    for item in op.items:
        kind = type(frame.ops[item])
        new = kind is flows.Const or item == number - 1
        value = evaluator.value(frame, item) if new else evaluator.at(frame, item, number)
        items.append((value, kind is flows.Star))
    return display(items)


def display(items: list[tuple[Value, bool]]) -> List:
    """A list, tuple or set display; with each item whether it has a star."""
    if len(items) == 1 and items[0][1] and isinstance(items[0][0], List):
        return items[0][0]
    found: list[Value] = []
    exact, led, fed = True, 0, False
    for value, starred in items:
        led = len(found) if exact else led
        match value:
            case List(items=inner) if starred:
                led += value.led if exact else 0
                fed = fed or value.fed
                found += inner
                exact = exact and value.exact
            case Rows(one=False) if starred:
                found.append(replace(value, one=True))
                exact = False
            case _ if starred:
                found += met(value)
                exact = False
            case _:
                fed = True
                found.append(value)
    return List(tuple(found)) if exact else List(tuple(found), exact=False, led=led, fed=fed)
