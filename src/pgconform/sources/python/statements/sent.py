"""The values that a call hands a driver beside its statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.request import Operand
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Dict, List, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.requests.payload import operand

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_SENT = ("vars", "params", "parameters")
_ONE_ROW = frozenset({"execute", "fetch", "fetchrow", "fetchval"})


def sent(evaluator: Evaluator, frame: Frame, call: flows.Call, style: str) -> tuple[tuple[str, Operand], ...] | None:
    """All values of one execution, by their number from 0 or their name; None where they are not all known."""
    if call.name not in _ONE_ROW or any(key == "**" for key, _ in call.keywords):
        return None
    if any(type(frame.ops[item]) is flows.Star for item in call.arguments):
        return None
    if style == "numeric":
        given = [evaluator.value(frame, item) for item in call.arguments[1:]]
        return tuple((str(number), operand(value)) for number, value in enumerate(given))
    if style != "pyformat":
        return None
    named = dict(call.keywords)
    said = call.arguments[1] if len(call.arguments) > 1 else next((named[key] for key in _SENT if key in named), -1)
    return _of(evaluator.value(frame, said)) if said >= 0 else None


def _of(value: Value) -> tuple[tuple[str, Operand], ...] | None:
    found = list(options(value))
    match found:
        case [List(items=items, exact=True)]:
            return tuple((str(number), operand(item)) for number, item in enumerate(items))
        case [Dict(entries=entries, whole=True)] if all(entry.sure for entry in entries.values()):
            return tuple((name, operand(entry.quick())) for name, entry in entries.items())
    return None
