"""Whether what a caller handed over, and nobody knows, decides between one request and another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.scopes.keys import untested
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNBOUND, Chain, Function, Method, Opaque, Rows
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.chained import STARTS

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

WRITES = frozenset({"insert", "upsert"})
"""Calls of a chain that send a row which must be whole."""
_ASKING = STARTS | WRITES | {"update", "delete", "select"}
_TAKING = frozenset({"get", "pop"})
_GOING_THROUGH = _TAKING | {"items", "values"}


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
        if _hangs(evaluator, frame, start, _TAKING) and any(_asks(evaluator, frame, one) for one in other):
            return True
    return False


def is_chosen(evaluator: Evaluator, frame: Frame, number: int, column: int) -> bool:
    """What a caller hands over, and nobody knows, decides whether this is asked of a column that it hands over too."""
    if frame.given is None or not frame.scope.tested or not _is_handed(frame, column, _GOING_THROUGH):
        return False
    for start, end, last in frame.scope.apart:
        until = len(frame.ops) if last < 0 else last
        if start <= number < until and _hangs(evaluator, frame, start, _GOING_THROUGH):
            other = range(end, until) if number < end else range(start, end)
            if last >= 0 or any(_goes_on(evaluator, frame, one) for one in other):
                return True
    return False


def _goes_on(evaluator: Evaluator, frame: Frame, number: int) -> bool:
    """A call is one of a chain."""
    op = frame.ops[number]
    found = options(evaluator.value(frame, op.function)) if isinstance(op, flows.Call) else ()
    return any(isinstance(one, Method) and isinstance(one.base, Chain) for one in found)


def _hangs(evaluator: Evaluator, frame: Frame, branch: int, taking: frozenset[str]) -> bool:
    """Which way it goes where a branch begins hangs on what the caller handed over, and nobody knows."""
    for begin, start, *others in frame.scope.tested:
        tested = (*range(begin, start), *others) if start == branch else ()
        if any(_is_unknown(evaluator, frame, one, taking) for one in tested):
            return True
    return False


def _is_unknown(evaluator: Evaluator, frame: Frame, number: int, taking: frozenset[str]) -> bool:
    """What is tested is an argument, or what was taken from it by such methods, and nobody knows its value."""
    if not _is_handed(frame, number, taking):
        return False
    return any(map(_nobody_knows, options(evaluator.value(frame, untested(frame, number)))))


def _is_handed(frame: Frame, number: int, taking: frozenset[str]) -> bool:
    """It is an argument of this call, or was taken from one by such methods."""
    op = frame.ops[untested(frame, number)]
    while not isinstance(op, flows.Param):
        if isinstance(op, flows.Call) and op.name in taking:
            op = frame.ops[op.function]
        if not isinstance(op, flows.Attr | flows.Item | flows.Where | flows.Sure | flows.Elem):
            return False
        op = frame.ops[op.base]
    return frame.given is not None and op.index in frame.given


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
