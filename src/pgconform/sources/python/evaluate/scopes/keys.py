"""Keys that nobody knows: what tests of one decide goes with what is taken by it, in whichever function."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import is_
from typing import TYPE_CHECKING, Any, TypeAlias

from msgspec.structs import replace

from pgconform.sources.python.evaluate.scopes.given import Given, argument_of
from pgconform.sources.python.evaluate.values.choices import ABSENT, Key, either, is_by_key, under
from pgconform.sources.python.evaluate.values.entries import Choice
from pgconform.sources.python.evaluate.values.frames import Frame, Identity
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    Dict,
    Either,
    Function,
    Instance,
    List,
    Method,
    Opaque,
    Rows,
    Str,
    Value,
)
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.heads import Guarded
from pgconform.sources.python.flows.ties import origin

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

KeyId: TypeAlias = tuple[Identity, str, object]
"""A value that nobody knows: the frame that has it, and the operation there, or the way to it from one."""


def chosen(evaluator: Evaluator, frame: Frame, base: Dict, key: Value, number: int) -> Dict:
    """A dict of which an item is taken by a key that nobody knows: what tests of the key leave, if they leave some."""
    if not _is_unknown(key):
        return base
    kept = base.entries
    for test in _told(evaluator, frame, number, wide=True):
        kept = {name: entry for name, entry in kept.items() if (name in test.texts) == test.holds}
    return Dict(kept, base.whole, base.row, base.at, base.rest) if kept and len(kept) < len(base.entries) else base


def _is_unknown(value: Value) -> bool:
    """Nobody knows which word it is, if it is one: some member of an enum may be."""
    return isinstance(value, Opaque | Method | Rows | Instance) and value is not UNBOUND


def untested(frame: Frame, number: int) -> int:
    """The value that is one and the same before and after tests of it, and where their branches meet."""
    return origin(frame.ops, number, frame.origins) if type(frame.ops[number]) in _TESTED else number


_TESTED = frozenset({flows.Either, flows.Sure, flows.Where})


def key_of(evaluator: Evaluator, frame: Frame, number: int) -> KeyId:
    """What a key is: the same where an attribute or an item of something is taken again, or what `__init__` stored.

    In a call it is the caller's.
    """
    seen: list[tuple[Frame, int]] = []
    while (place := (frame, untested(frame, number))) not in seen:
        seen.append(place)
        number = place[1]
        earlier = _passed(frame, number)
        if earlier is None and isinstance(op := frame.ops[number], flows.Attr):
            earlier = evaluator.names.classes.stored_first(evaluator.value(frame, op.base), op.name)
        if earlier is None:
            break
        frame, number = earlier
    return (frame.identity, "item", _path(frame, number))


def _passed(frame: Frame, number: int) -> tuple[Frame, int] | None:
    """What a parameter is in the frame of the caller, where that is one of its values."""
    if frame.passing is None or frame.caller is None or type(op := frame.ops[number]) is not flows.Param:
        return None
    call, bound = frame.passing
    argument = argument_of(frame.scope, call, op.index, bound=bound)
    return None if argument < 0 else (frame.caller, argument)


def _path(frame: Frame, number: int) -> object:
    number, ops = untested(frame, number), frame.ops
    match ops[number]:
        case flows.Attr(base=base, name=name):
            return (_path(frame, base), name)
        case flows.Item(base=base, key=key) if isinstance(taken := ops[key], flows.Const):
            return (_path(frame, base), taken.value)
        case flows.Call(function=function, name="get", arguments=(key, *_)):
            taken, method = ops[key], ops[function]
            if isinstance(taken, flows.Const) and isinstance(method, flows.Attr):
                return (_path(frame, method.base), taken.value)
    return number


def by_key(evaluator: Evaluator, frame: Frame, number: int) -> Value:
    """A value where tests of it came out so: of one that nobody knows, tests for words choose what goes with it."""
    value = evaluator.value(frame, number)
    if not _is_unknown(value):
        return value
    tests = _told(evaluator, frame, number)
    if not tests:
        return value
    if (passed := _passed(frame, untested(frame, number))) is not None:
        tests += _told(evaluator, *passed, wide=True)
    among = [frozenset(test.texts) for test in tests if test.holds]
    others = frozenset[str]().union(*(test.texts for test in tests if not test.holds))
    if among and not among[0].intersection(*among[1:]) - others:
        return UNBOUND
    return _where(key_of(evaluator, frame, number), tests[0], value)


def _where(key: KeyId, test: flows.Where | Guarded, value: Value) -> Value:
    choice: Choice = (key, ABSENT, tuple(sorted(test.texts)))
    return either(choice, (value, UNBOUND) if test.holds else (UNBOUND, value))


def in_words(evaluator: Evaluator, frame: Frame, test: flows.Where) -> flows.Where:
    """A test for a constant, or for a member of a class, as one for the word that it is; if it is none, the same."""
    value = evaluator.value(frame, test.of)
    if not isinstance(value, Str) or not value.text.whole:
        return test
    return replace(test, kind="in", texts=(value.text.value,), of=-1)


def _told(evaluator: Evaluator, frame: Frame, number: int, *, wide: bool = False) -> list[flows.Where]:
    """The tests for words that a value has passed, the last first; ``wide``: also where callers had it."""
    tests = [in_words(evaluator, frame, one) if one.kind == "same" else one for one in _tests(frame.ops, number)]
    found = [test for test in tests if test.kind == "in"]
    if wide and (passed := _passed(frame, untested(frame, number))) is not None:
        found += _told(evaluator, *passed, wide=True)
    return found


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
        if _is_unknown(value):
            need = _allowed(evaluator, frame, test, value)
            for number in led:
                values[number] = under(values[number], need, several=True)
    return values


def _allowed(evaluator: Evaluator, frame: Frame, test: Guarded, value: Value) -> Value:
    """The parameter of a call where a test of it came out so, if it can after those that it passed before the call."""
    taken = key_of(evaluator, frame, test.parameter)
    need = _where(taken, test, value)
    for told in _told(evaluator, frame, test.parameter, wide=True):
        has, lacks = Key(taken, frozenset(told.texts), told.holds).allows((taken, ABSENT, test.texts))
        if not (has if test.holds else lacks):
            return UNBOUND
        if not (lacks if test.holds else has):
            need = value
    return need


def handed(found: Value, function: Function, given: Given) -> Value:
    """What a call of a function gives, chosen by the keys that were handed to it as the caller knows them.

    So is what the list, or the tuple, that it gives holds.
    """
    hands = type(found) in _OF_PARTS and given.plain and (given.op.arguments or given.op.keywords)
    return _Handing(function, given).of(found) if hands else found


_OF_PARTS = frozenset({Either, List})


class _Handing:
    """What one call hands over, put in for the keys that choose among values; each of these is looked at once."""

    def __init__(self, function: Function, given: Given) -> None:
        self.function = function
        self.given = given
        self._done: dict[int, Value] = {}

    def of(self, value: Value) -> Value:
        if type(value) not in _OF_PARTS:
            return value
        if (found := self._done.get(id(value))) is None:
            found = self._done[id(value)] = self._made(value)
        return found

    def _made(self, value: Value) -> Value:
        match value:
            case List(items=items):
                held = tuple(map(self.of, items))
                return value if all(map(is_, held, items)) else replace(value, items=held)
            case Either(choice=choice, options=options):
                parts = tuple(map(self.of, options))
                if is_by_key(choice) and (argument := _argument(choice[0], self.function, self.given)) >= 0:
                    choice, parts = self._chosen(choice, parts, argument)
                elif all(map(is_, parts, options)):
                    return value
                return either(choice, parts, value.fallback)
        return value

    def _chosen(self, choice: Choice, parts: tuple[Value, ...], argument: int) -> tuple[Choice, tuple[Value, ...]]:
        """The choice by the caller's key, and what its tests leave."""
        evaluator, frame = self.given.evaluator, self.given.frame
        taken = key_of(evaluator, frame, argument)
        choice = (taken, *choice[1:])
        for test in _told(evaluator, frame, argument, wide=True):
            can = Key(taken, frozenset(test.texts), test.holds).allows(choice)
            parts = tuple([part if possible else UNBOUND for part, possible in zip(parts, can, strict=False)])
        return choice, parts


def _argument(taken: Any, function: Function, given: Given) -> int:
    """The argument of a call that a key is, where it is a parameter of the function; or -1."""
    (uri, number, *_), _, *keys = taken
    scope = given.evaluator.ground.scope(function.uri, function.scope)
    if (uri, number) != (function.uri, function.scope) or not keys or keys[0] not in range(len(scope.parameters)):
        return -1
    return argument_of(scope, given.op, keys[0], bound=function.bound is not None)
