"""Values as they are when they are handed over: with what other names, loops and functions did to them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.choices import each, options
from pgconform.sources.python.evaluate.containers import appended, dropped, put, updated
from pgconform.sources.python.evaluate.frames import Frame, Place, inside
from pgconform.sources.python.evaluate.given import Given, bound_arguments, parameter_of
from pgconform.sources.python.evaluate.sums import grown
from pgconform.sources.python.evaluate.values import UNBOUND, UNKNOWN, Dict, Entry, Function, List, Rows, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.aliases import Change

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def as_of(evaluator: Evaluator, frame: Frame, op: int, until: int) -> Value:
    """The value of an operation when operation ``until`` is reached."""
    value = evaluator.value(frame, op)
    if evaluator.hasty or not any(isinstance(option, Dict | List | Rows) for option in options(value)):
        return value
    aliases = evaluator.ground.aliases(frame.uri, frame.number)
    start, changes = aliases.history(op, until)
    value = value if start == op else evaluator.value(frame, start)
    for change in changes:
        value = _after(evaluator, frame, change, value)
    for number in aliases.inner:
        value = _within(evaluator, frame, number, op, value)
    return value


def _within(evaluator: Evaluator, frame: Frame, number: int, op: int, value: Value) -> Value:
    """The value after a function that the scope holds had it, by a name of the scope."""
    ground = evaluator.ground
    captured = ground.scope(frame.uri, number).captured
    names = {name for name, held in captured.items() if ground.aliases(frame.uri, frame.number).shared(op, held)}
    if not names:
        return value
    inner, aliases = ground.alone(frame.uri, number), ground.aliases(frame.uri, number)
    for free, what in enumerate(inner.ops):
        if isinstance(what, flows.Free) and what.name in names:
            for change in aliases.of_parameter(free):
                value = _after(evaluator, inner, change, value)
    return value


def _after(evaluator: Evaluator, frame: Frame, change: Change, value: Value) -> Value:
    """The value after a change of it, or of any of its items."""
    op = frame.ops[change.number]
    if type(op) is flows.Call and not _taken(evaluator, frame, change, op):
        return value
    act = partial(_changed, evaluator, frame, change)
    return each(value, partial(_on_items, act) if change.item else act)


def _on_items(act: partial[Value], base: Value) -> Value:
    if isinstance(base, List):
        return replace(base, items=tuple([each(item, act) for item in base.items]))
    return act(base) if isinstance(base, Rows) else base


def _changed(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    if not isinstance(base, Dict | List | Rows) or frame.memo.get(change.number) is UNBOUND:
        return base
    if change.maybe:
        return _perhaps(base, _changed(evaluator, frame, change._replace(maybe=False), base))
    match frame.ops[change.number]:
        case flows.Put(key=key, value=value):
            return put(base, evaluator.value(frame, key), evaluator.value(frame, value))
        case flows.Update(value=value):
            return updated(base, evaluator.value(frame, value))
        case flows.Grow(value=value):
            return grown(base, evaluator.value(frame, value))
        case flows.Append(value=value, many=many):
            return appended(base, evaluator.value(frame, value), many)
        case flows.Drop(key=key):
            less = dropped(base, evaluator.value(frame, key))
            return replace(less, whole=False) if isinstance(less, Dict) else less
        case flows.Call() as call:
            return _handed_over(evaluator, frame, change, call, base)
    return base


def _taken(evaluator: Evaluator, frame: Frame, change: Change, call: flows.Call) -> tuple[Function, int] | None:
    """The one function of the project that a call hands it to and that changes it, with the parameter that takes it."""
    functions = [item for item in options(evaluator.value(frame, call.function)) if isinstance(item, Function)]
    if len(functions) != 1:
        return None
    scope = evaluator.ground.scope(functions[0].uri, functions[0].scope)
    number = -1 if scope.unfollowed else parameter_of(scope, functions[0].bound, change.place)
    return (functions[0], number) if number >= 0 and _changes(evaluator, functions[0], number) else None


def _handed_over(evaluator: Evaluator, frame: Frame, change: Change, call: flows.Call, base: Value) -> Value:
    """The value after a function of the project had it."""
    given, taken = Given(evaluator, frame, call, change.number), _taken(evaluator, frame, change, call)
    if taken is None or not given.plain:
        return base
    function, number = taken
    scope = evaluator.ground.scope(function.uri, function.scope)
    passed = {**bound_arguments(scope, function.bound, given), number: base}
    inner = evaluator.calls.enter(function, passed, given)
    if inner is None:
        return base if inside(given.frame, function) else _loosened(base)
    for one in evaluator.ground.aliases(function.uri, function.scope).of_parameter(number):
        base = _after(evaluator, inner, one, base)
    return base


def _changes(evaluator: Evaluator, function: Function, number: int) -> bool:
    """A function changes what that parameter is, or hands it to one that does; asked once for all calls."""
    known, key = evaluator.changing, ((function.uri, function.scope), number)
    if key not in known:
        seen: set[tuple[Place, int]] = set()
        if not _may_change(evaluator, function, number, seen):
            known.update(dict.fromkeys(seen, False))
    return known[key]


def _may_change(evaluator: Evaluator, function: Function, number: int, seen: set[tuple[Place, int]]) -> bool:
    """The same, where none of those ``seen`` on the way does; who does is noted."""
    place, known = (function.uri, function.scope), evaluator.changing
    if (place, number) in seen or (place, number) in known:
        return known.get((place, number), False)
    seen.add((place, number))
    frame = evaluator.ground.alone(*place)
    for change in evaluator.ground.aliases(*place).of_parameter(number):
        call = frame.ops[change.number]
        if not isinstance(call, flows.Call) or any(
            _may_change(evaluator, other, taken, seen) for other, taken in _takers(evaluator, frame, call, change)
        ):
            known[place, number] = True
            return True
    return False


def _takers(evaluator: Evaluator, frame: Frame, call: flows.Call, change: Change) -> Iterator[tuple[Function, int]]:
    """The functions that a call hands it to, with the parameter that takes it."""
    for other in options(evaluator.value(frame, call.function)):
        scope = evaluator.ground.scope(other.uri, other.scope) if isinstance(other, Function) else None
        if scope is not None and not scope.unfollowed and isinstance(other, Function):
            taken = parameter_of(scope, other.bound, change.place)
            if taken >= 0:
                yield other, taken


def _perhaps(base: Value, changed: Value) -> Value:
    """The value after what may have been done to it; of what that changed nothing is known."""
    if not isinstance(base, Dict) or not isinstance(changed, Dict):
        return _loosened(base)
    after = changed.entries
    kept = {
        key: entry if after.get(key) is entry else _open(entry, after.get(key)) for key, entry in base.entries.items()
    }
    return replace(base, entries=kept, whole=base.whole and not after.keys() - kept.keys())


def _open(entry: Entry, other: Entry | None) -> Entry:
    return Entry(entry.key, UNKNOWN, True if other and entry.sure and other.sure else None)


def _loosened(base: Value) -> Value:
    """The value where nobody knows what was done to it."""
    if isinstance(base, List):
        return List(tuple([each(item, _loosened) for item in base.items]), exact=False)
    if isinstance(base, Rows):
        return replace(base, loose=True)
    return replace(base, whole=False) if isinstance(base, Dict) else base
