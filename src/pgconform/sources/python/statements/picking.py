"""Statements that functions pick out of what their callers hand them, and the ways by which calls get to those."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.scopes.given import Given, bound_arguments
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Function, Value
from pgconform.sources.python.flows import operations as flows

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_FURTHEST = 20
_METHODS = frozenset({"items", "values"})
_OF_TEXTS = frozenset({"split", "splitlines", "strip"})
_BUILTINS = frozenset({"enumerate", "list", "reversed", "sorted", "tuple"})


def own(frame: Frame) -> int:
    """How many of a function's parameters no call gives: what a method is called on."""
    return int(frame.scope.owner >= 0 and "staticmethod" not in frame.scope.decorators)


def picks(frame: Frame, number: int) -> bool:
    """The operation is an item of what callers hand over, or of what they hand over in it."""
    found = False
    for _ in range(_FURTHEST):
        match frame.ops[number]:
            case flows.Const():
                return False
            case flows.Param(index=index):
                return found and index >= own(frame)
            case flows.Elem(base=number) | flows.Item(base=number):
                found = True
            case (
                flows.Attr(base=number) | flows.Where(base=number) | flows.Sure(base=number) | flows.Noted(base=number)
            ):
                pass
            case flows.Call() as op if (source := _source(frame, op)) >= 0:
                number = source
            case _:
                return False
    return False


def _source(frame: Frame, op: flows.Call) -> int:
    """What a call gives the items of, -1 where it is none that does."""
    match frame.ops[op.function]:
        case flows.Attr(name=name, base=base) if name in _OF_TEXTS or (name in _METHODS and not op.arguments):
            return base
        case flows.Free(name=name) if name in _BUILTINS and op.arguments:
            return op.arguments[0]
    return -1


def functions(evaluator: Evaluator, frame: Frame, number: int) -> Iterator[Function]:
    """The functions of the project that an operation may be."""
    return (one for one in options(evaluator.value(frame, number)) if isinstance(one, Function))


def reached(evaluator: Evaluator, frame: Frame, number: int, path: tuple[int, ...]) -> Iterator[Value]:
    """What the operation at the end of a path of calls comes to, as the call of that number runs them."""
    op = frame.ops[number]
    if not path:
        yield evaluator.value(frame, number)
    elif isinstance(op, flows.Call):
        given = Given(evaluator, frame, op, number)
        for function in functions(evaluator, frame, op.function):
            scope = evaluator.ground.scope(function.uri, function.scope)
            entered = evaluator.calls.enter(function, bound_arguments(scope, function.bound, given), given)
            if entered is not None and path[0] < len(entered.ops):
                yield from reached(evaluator, entered, path[0], path[1:])
