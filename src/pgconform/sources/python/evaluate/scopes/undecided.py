"""Whether what a caller handed over, and nobody knows, decides between one request and another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.scopes.keys import untested
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNBOUND, Chain, Function, Method, Opaque, Rows
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.summary import STARTS

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

WRITES = frozenset({"insert", "upsert"})
"""Calls of a chain that send a row which must be whole."""
_ASKING = STARTS | WRITES | {"update", "delete", "select"}
_TAKING = frozenset({"get", "pop"})


def is_open(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """The operation, or a call on the way to it, is done or not as somebody's values have it that are not known."""
    here: Frame | None = frame
    while here is not None and here.given is not None:
        if here.scope.apart and _is_open(evaluator, here, number):
            return True
        *_, by = here.identity
        here, number = here.caller, by if isinstance(by, int) else -1
    return False


def _is_open(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    for start, end, last in frame.scope.apart:
        until = len(frame.ops) if last < 0 else last
        if not start <= number < until:
            continue
        other = range(end, until) if number < end else range(start, end)
        if _hangs(evaluator, frame, start) and any(_asks(evaluator, frame, one) for one in other):
            return True
    return False


def _hangs(evaluator: Evaluator, frame: Frame, branch: int) -> bool:
    """Which way it goes where a branch begins hangs on what the caller handed over, and nobody knows."""
    for begin, start, *others in frame.scope.tested:
        if start == branch and any(_is_unknown(evaluator, frame, one) for one in (*range(begin, start), *others)):
            return True
    return False


def _is_unknown(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """What is tested is an argument, or what it holds under a key, and nobody knows its value."""
    number = taken = untested(frame, number)
    op = frame.ops[number]
    while not isinstance(op, flows.Param):
        if isinstance(op, flows.Call) and op.name in _TAKING:
            op = frame.ops[op.function]
        if not isinstance(op, flows.Attr | flows.Item | flows.Where | flows.Sure):
            return False
        op = frame.ops[op.base]
    handed = frame.given is not None and op.index in frame.given
    return handed and any(map(_nobody_knows, options(evaluator.value(frame, taken))))


def _nobody_knows(value: object) -> bool:
    while isinstance(value, Method):
        value = value.base
    return isinstance(value, Opaque | Rows) and value is not UNBOUND


def _asks(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """A call asks a database, or calls a function of which callers decide what it asks."""
    op = frame.ops[number]
    if not isinstance(op, flows.Call):
        return False
    found = options(evaluator.value(frame, op.function))
    if op.name in _ASKING:
        return any(isinstance(one, Method) and (op.name in STARTS or isinstance(one.base, Chain)) for one in found)
    return any(isinstance(one, Function) and (one.uri, one.scope) in evaluator.calls.asking for one in found)
