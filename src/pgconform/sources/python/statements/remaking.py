"""Functions that make a text for a driver of the one they are handed, which has other placeholders by then."""

from __future__ import annotations

from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.statements.values import parameter_at

_METHODS = frozenset({"partition", "replace", "split", "translate"})
_FUNCTIONS = frozenset({"split", "sub", "subn"})


def remakes(frame: Frame, index: int) -> bool:
    """The function takes the text of that parameter apart, or puts something into it."""
    return any(type(op) is flows.Call and _remakes(frame, op, index) for op in frame.ops)


def _remakes(frame: Frame, op: flows.Call, index: int) -> bool:
    what = frame.ops[op.function]
    if type(what) is flows.Attr and what.name in _METHODS and parameter_at(frame, what.base) == index:
        return True
    return op.name in _FUNCTIONS and any(parameter_at(frame, one) == index for one in op.arguments)
