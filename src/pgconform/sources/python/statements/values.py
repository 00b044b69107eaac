"""The values that a function hands a driver beside a statement, and whether a call of it gives any."""

from __future__ import annotations

from msgspec.structs import replace

from pgconform.sources.python.evaluate.scopes.given import argument_of
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.ties import parameter_of
from pgconform.sources.python.statements.outcome import Taker
from pgconform.sources.python.statements.styles import SENT


def values_of(op: flows.Call) -> int:
    """What a call of a driver is handed beside its statement, or -1."""
    said = dict(op.keywords)
    named = next((said[name] for name in SENT if name in said), -1)
    return op.arguments[1] if len(op.arguments) > 1 else named


def parameter_at(frame: Frame, number: int) -> int:
    """The parameter that an operation is, or -1; a star hands over all that it takes."""
    if number < 0:
        return -1
    what = frame.ops[number]
    return parameter_of(frame.ops, what.base if type(what) is flows.Star else number)


def with_values(frame: Frame, call: flows.Call, scope: Scope, taker: Taker, *, bound: bool) -> Taker:
    """What takes a statement, as a call of it gives values for that: where there are none, nothing is filled in."""
    if taker.values < 0:
        return taker
    given = _given(frame, call, scope, taker.values, bound=bound)
    if given is None:
        return replace(taker, style="" if taker.either else taker.style, values=-1, either=False)
    return replace(taker, values=parameter_at(frame, given))


def _given(frame: Frame, call: flows.Call, scope: Scope, index: int, *, bound: bool) -> int | None:
    """What a call hands over for a parameter, -1 where it may be anything, or None where it is nothing."""
    starred = any(type(frame.ops[one]) is flows.Star for one in call.arguments)
    if starred or any(key == "**" for key, _ in call.keywords):
        return -1
    if scope.parameters[index].kind == "**":
        return -1 if call.keywords else None
    given = argument_of(scope, call, index, bound=bound)
    return given if given >= 0 else None
