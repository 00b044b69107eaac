"""What decorators of the project make of a function: another that is called instead, which mostly calls it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

from msgspec.structs import replace

from pgconform.sources.python.evaluate.scopes.given import NO_CALL, Given
from pgconform.sources.python.evaluate.values.choices import either, options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Around, Class, External, Function, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.decorators import DISPATCHING, hands_all
from pgconform.sources.python.flows.heads import Scope

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.calls import Calls
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def decorated(evaluator: Evaluator, frame: Frame, op: flows.Func, number: int, function: Function) -> Function:
    """The function as its decorators leave it: those from outside the project as it is."""
    given = Given(evaluator, frame, NO_CALL, number)
    for by in reversed(op.by):
        if _keeps_calls(evaluator, frame, by):
            continue
        if _dispatches(evaluator.value(frame, by)):
            function = replace(function, around=Around(function, ((UNKNOWN, ()),)))
            continue
        made = [
            item
            for decorator in options(evaluator.value(frame, by))
            if isinstance(decorator, Function | Class)
            for item in options(evaluator.calls.one(decorator, given.handing(function)))
        ]
        ways = [_way(evaluator, function, item, frame, number) for item in made]
        if any(way != _SAME for way in ways):
            function = replace(function, around=Around(function, tuple(ways)))
    return function


def _keeps_calls(evaluator: Evaluator, frame: Frame, by: int) -> bool:
    """A decorator tells by itself that it leaves all that comes of calls; so does what one is made by."""
    op, wanted = frame.ops[by], 1
    if type(op) is flows.Call:
        by, wanted = op.function, 2
    said = evaluator.value(frame, by)
    if not isinstance(said, Function) or said.around is not None:
        return isinstance(said, External) and not _dispatches(said)
    return evaluator.ground.scope(said.uri, said.scope).summary.keeps_calls == wanted


def _dispatches(said: Value) -> bool:
    return isinstance(said, External) and said.name.rpartition(".")[2] in DISPATCHING


_Way: TypeAlias = tuple[Value | None, tuple[int, ...]]
_SAME: _Way = (None, ())


def _way(evaluator: Evaluator, function: Function, made: Value, frame: Frame, number: int) -> _Way:
    """What is called instead of a function, and the operations in which that calls it with all that it is given."""
    if not isinstance(made, Function):
        return made, ()
    if _is(made, function):
        return _SAME
    scope = evaluator.ground.scope(made.uri, made.scope)
    outer = made.frame if isinstance(made.frame, Frame) else None
    inner = evaluator.ground.alone(made.uri, made.scope).called({}, outer, frame, number)
    calls = tuple([at for at in _calls(inner) if _is(evaluator.value(inner, inner.ops[at].function), function)])  # type: ignore[union-attr]
    if not calls or not all(hands_all(scope, inner.ops, at) for at in calls) or _changes_given(evaluator, made, scope):
        return made, ()
    return _SAME if all(_is_result(evaluator, made, inner.ops, calls, end) for end in scope.returns) else (made, calls)


def _is(value: Value, function: Function) -> bool:
    return (
        isinstance(value, Function)
        and (value.uri, value.scope) == (function.uri, function.scope)
        and value.around is function.around
    )


def _calls(inner: Frame) -> Iterator[int]:
    """The calls of what a function has by a name of the scopes around it."""
    for number, op in enumerate(inner.ops):
        if type(op) is flows.Call and type(inner.ops[op.function]) is flows.Free:
            yield number


def _changes_given(evaluator: Evaluator, made: Function, scope: Scope) -> bool:
    """It changes what it is called with itself."""
    aliases = evaluator.ground.aliases(made.uri, made.scope)
    every = range(len(scope.parameters))
    return any(change.place == -1 for number in every for change in aliases.of_parameter(number))


def _is_result(
    evaluator: Evaluator, made: Function, ops: tuple[flows.Op, ...], calls: tuple[int, ...], end: int
) -> bool:
    """What is returned there is what one of these calls gave, as it was given."""
    if evaluator.ground.aliases(made.uri, made.scope).history(end, end).changes:
        return False
    queue, seen = [end], set[int]()
    while queue:
        if (number := queue.pop()) in seen:
            continue
        seen.add(number)
        op = ops[number]
        if type(op) is flows.Either:
            queue += op.options
        elif type(op) is flows.Noted:
            queue.append(op.base)
        elif number not in calls:
            return False
    return True


def hands_on(function: Function) -> bool:
    """Whatever is called instead of a function hands it all that it is given itself."""
    around = function.around
    return around is None or (all(made is None or places for made, places in around.made) and hands_on(around.of))


def called(calls: Calls, function: Function, around: Around, given: Given) -> Value:
    """What comes of a call of a function with decorators."""
    bare = replace(around.of, bound=function.bound)
    result: Value | None = None
    found: list[Value] = []
    for made, places in around.made:
        if (made is None or places) and result is None:
            result = calls.run(bare, given)
        if made is None:
            found.append(result or UNKNOWN)
        elif places and isinstance(made, Function):
            found.append(calls.known(made, function.bound, given, dict.fromkeys(places, result or UNKNOWN)))
        else:
            passed = given if function.bound is None else given.handing(function.bound).before(given)
            found.append(calls.one(made, passed))
    return either((given.frame.identity, given.number, "decorated"), tuple(found))
