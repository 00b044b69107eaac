"""Keys that nobody knows: what tests of one decide goes with what is taken by it, in whichever function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pgconform.sources.python.evaluate.scopes.given import Given, argument_of
from pgconform.sources.python.evaluate.values.choices import ABSENT, Key, either, is_by_key, under
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    Choice,
    Dict,
    Either,
    Function,
    Method,
    Opaque,
    Rows,
    Value,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Guarded
from pgconform.sources.python.flows.ties import origin

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_TAKING = frozenset({"get", "pop", "setdefault"})


def chosen(base: Dict, key: Value, ops: Sequence[flows.Op], number: int) -> Dict:
    """A dict of which an item is taken by a key that nobody knows: what tests of the key leave, if they leave some."""
    if not isinstance(key, Opaque | Method | Rows):
        return base
    kept = base.entries
    for test in _tests(ops, number):
        if test.kind == "in":
            kept = {name: entry for name, entry in kept.items() if (name in test.texts) == test.holds}
    return Dict(kept, base.whole, base.row, base.at, base.rest) if kept and len(kept) < len(base.entries) else base


def untested(frame: Frame, number: int) -> int:
    """The value that is one and the same before and after tests of it, and where their branches meet."""
    return origin(frame.ops, number, frame.origins) if type(frame.ops[number]) in _TESTED else number


_TESTED = frozenset({flows.Either, flows.Sure, flows.Where})


def by_key(frame: Frame, number: int, value: Value) -> Value:
    """A value that nobody knows where tests of it came out so: if several things hang on it, tests choose among them.

    These are the items that are taken by it, what other tests of it decide, and what other functions make of it.
    """
    if not isinstance(value, Opaque | Method | Rows) or value is UNBOUND:
        return value
    tests = [test for test in _tests(frame.ops, number) if test.kind == "in"]
    key = untested(frame, number)
    if not tests or (type(frame.ops[key]) is not flows.Param and key not in _keys(frame)):
        return value
    among = [frozenset(test.texts) for test in tests if test.holds]
    others = frozenset[str]().union(*(test.texts for test in tests if not test.holds))
    if among and not among[0].intersection(*among[1:]) - others:
        return UNBOUND
    return _where(frame, key, tests[0], value)


def _where(frame: Frame, key: int, test: flows.Where | Guarded, value: Value) -> Value:
    choice: Choice = ((frame.identity, "item", key), ABSENT, tuple(sorted(test.texts)))
    return either(choice, (value, UNBOUND) if test.holds else (UNBOUND, value))


def _keys(frame: Frame) -> frozenset[int]:
    """The operations by whose values items are taken, or of which several tests are."""
    if frame.keys is None:
        ops = frame.ops
        items = [op.key for op in ops if type(op) is flows.Item]
        got = [op.arguments[0] for op in ops if type(op) is flows.Call and op.name in _TAKING and op.arguments]
        frame.keys = frozenset(untested(frame, key) for key in (*items, *got)) | _tested_again(frame)
    return frame.keys


def _tested_again(frame: Frame) -> set[int]:
    """The operations of which more than one test is, or one in more than one place."""
    found: dict[int, list[tuple[tuple[str, ...], bool]]] = {}
    for op in frame.ops:
        if type(op) is flows.Where and op.kind == "in":
            found.setdefault(untested(frame, op.base), []).append((op.texts, op.holds))
    return {key for key, asked in found.items() if len(asked) > len({*asked}) or len({texts for texts, _ in asked}) > 1}


def _tests(ops: Sequence[flows.Op], number: int) -> Iterator[flows.Where]:
    """The tests that a value has passed, the last first; of those of branches that met, what all of them passed."""
    while number >= 0:
        match ops[number]:
            case flows.Where() as test:
                yield test
                number = test.base
            case flows.Sure(base=base) | flows.Noted(base=base):
                number = base
            case flows.Either(options=options, fallback=False):
                first, *others = [_before(ops, option) for option in options]
                number = next((one for one in first if one < number and all(one in other for other in others)), -1)
            case _:
                return


def _before(ops: Sequence[flows.Op], number: int) -> list[int]:
    """A value, and what it was before each test of it."""
    found = [number]
    while type(op := ops[number]) is flows.Where or type(op) is flows.Sure:
        found.append(number := op.base)
    return found


def by_tests(evaluator: Evaluator, frame: Frame, found: Sequence[Value]) -> list[Value]:
    """What a function returns at each of its ends, where tests of words that callers hand over decide which that is."""
    ends, values = frame.scope.returns, [*found]
    for test in frame.scope.guarded if len(ends) > 1 else ():
        led = [number for number, end in enumerate(ends) if test.start <= end < test.end]
        if test.kind != "in" or not led or type(frame.ops[test.parameter]) is not flows.Param:
            continue
        value = evaluator.names.parameter(frame, test.parameter)
        if isinstance(value, Opaque | Method | Rows) and value is not UNBOUND:
            need = _where(frame, test.parameter, test, value)
            for number in led:
                values[number] = under(values[number], need, several=True)
    return values


def handed(found: Value, function: Function, given: Given) -> Value:
    """What a call of a function gives, chosen by the keys that were handed to it as the caller knows them."""
    if type(found) is not Either:
        return found
    choice, parts = found.choice, [handed(option, function, given) for option in found.options]
    if given.plain and is_by_key(choice) and (argument := _argument(choice[0], function, given)) >= 0:
        frame = given.frame
        taken = (frame.identity, "item", untested(frame, argument))
        choice = (taken, *choice[1:])
        for test in _tests(frame.ops, argument):
            if test.kind == "in":
                can = Key(taken, frozenset(test.texts), test.holds).allows(choice)
                parts = [part if possible else UNBOUND for part, possible in zip(parts, can, strict=False)]
    return either(choice, tuple(parts), found.fallback)


def _argument(taken: Any, function: Function, given: Given) -> int:
    """The argument of a call that a key is, where it is a parameter of the function; or -1."""
    (uri, number, *_), _, *keys = taken
    scope = given.evaluator.ground.scope(function.uri, function.scope)
    if (uri, number) != (function.uri, function.scope) or not keys or keys[0] >= len(scope.parameters):
        return -1
    return argument_of(scope, given.op, keys[0], bound=function.bound is not None)
