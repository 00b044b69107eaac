"""Values as they are when they are handed over: with what other names, loops and functions did to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.objects.decorators import hands_on
from pgconform.sources.python.evaluate.objects.holders import Holder, holders
from pgconform.sources.python.evaluate.objects.kept import as_left
from pgconform.sources.python.evaluate.scopes.doubt import allowed, anything, handed_on, loose, loosened, perhaps
from pgconform.sources.python.evaluate.scopes.given import Given, bound_arguments, parameter_of
from pgconform.sources.python.evaluate.scopes.rounds import done_in_its_round, dropped_each
from pgconform.sources.python.evaluate.values.choices import each, options
from pgconform.sources.python.evaluate.values.containers import appended, dropped, put, removed
from pgconform.sources.python.evaluate.values.entries import Entry, Later
from pgconform.sources.python.evaluate.values.frames import Frame, Place, inside
from pgconform.sources.python.evaluate.values.joins import has_keys
from pgconform.sources.python.evaluate.values.kinds import (
    UNBOUND,
    UNKNOWN,
    Dict,
    Either,
    Function,
    Instance,
    List,
    Rows,
    Value,
)
from pgconform.sources.python.evaluate.values.spreads import updated
from pgconform.sources.python.evaluate.values.sums import grown
from pgconform.sources.python.evaluate.values.tests import decided
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.aliases import ANY, ASTRAY, INNER, Aliases, Change, Way
from pgconform.sources.python.flows.objects import Thing
from pgconform.sources.python.flows.summary import operands

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


def as_of(evaluator: Evaluator, frame: Frame, op: int, until: int, way: Way = ANY) -> Value:
    """The value of an operation when operation ``until`` is reached in that way."""
    value = evaluator.value(frame, op)
    if type(value) is Instance and not evaluator.hasty:
        return as_left(evaluator, frame, op, until, value)
    if evaluator.hasty or not _may_be_changed(value):
        return value
    if way is not ANY:
        return _as_of(evaluator, frame, op, until, way, value)
    if (found := frame.reached.get((op, until))) is None:
        found = frame.reached[op, until] = _as_of(evaluator, frame, op, until, way, value)
    return found


def _as_of(evaluator: Evaluator, frame: Frame, op: int, until: int, way: Way, value: Value) -> Value:
    aliases = evaluator.ground.aliases(frame.uri, frame.number)
    held: list[Holder] = []
    if not way.also:
        given = aliases.given_to(op, until)
        held = list(holders(evaluator, frame, given, until, value)) if given else held
        more = (*_given_back(evaluator, frame, aliases, op, until), *[holder.thing for holder in held])
        way = way._replace(also=more) if more else way
    start, changes, parts = aliases.history(op, until, way)
    what = frame.ops[start]
    if parts and isinstance(what, flows.Either):
        if any(_matters(evaluator, frame, change) for change in changes):
            met = [as_of(evaluator, frame, part, until, way) for part, way in parts]
            return evaluator.met(frame, what, start, met)
        start, changes, parts = aliases.whole(op, until, way)
    if parts:
        value = List(tuple([as_of(evaluator, frame, part, until, way) for part, way in parts]))
    elif start != op:
        value = evaluator.value(frame, start)
    others = _of_others(evaluator, frame, aliases, op, changes)
    for change in changes:
        act = partial(_after_other, evaluator, frame, change)
        value = each(value, act) if change.number in others else after(evaluator, frame, change, value)
    value = _after_rounds(evaluator, frame, aliases.again(op, until), value)
    for holder in held:
        value = holder.left(evaluator, value)
    for key, part, inner in aliases.within(op, until, way):
        if any(isinstance(option, Dict) and key in option.entries for option in options(value)):
            value = each(value, partial(_under, evaluator, frame, (key, part, until, way), inner))
    return value


def _after_rounds(evaluator: Evaluator, frame: Frame, again: Sequence[int], value: Value) -> Value:
    """A row that earlier rounds of a loop may have done this to, or not."""
    for number in again:
        act = partial(loosened, evaluator, frame, frame.ops[number], "")
        value = each(value, lambda one: act(one) if isinstance(one, Dict) and one.entries else one)  # noqa: B023
    return value


def _of_others(
    evaluator: Evaluator, frame: Frame, aliases: Aliases, op: int, changes: tuple[Change, ...]
) -> frozenset[int]:
    """Those of the changes that are of what a property gave at another time, which may be another object."""
    reading = aliases.reading(op) if changes else -1
    read = frame.ops[reading] if reading >= 0 else None
    if not isinstance(read, flows.Attr):
        return frozenset()
    met = {one.number: map(aliases.reading, operands(frame.ops[one.number])) for one in changes}
    others = frozenset([number for number, readings in met.items() if reading not in readings])
    computed = others and evaluator.names.classes.is_computed(evaluator.value(frame, read.base), read.name)
    return others if computed else frozenset()


def _after_other(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    """The value after a change of what may be another one."""
    return handed_on(base, after(evaluator, frame, change, base))


def _under(
    evaluator: Evaluator, frame: Frame, where: tuple[str, int, int, Way], changes: tuple[Change, ...], base: Value
) -> Value:
    """A dict with what stands under a key as it is by then."""
    key, part, until, way = where
    entry = base.entries.get(key) if isinstance(base, Dict) else None
    if not isinstance(base, Dict) or entry is None:
        return base

    def later() -> Value:
        if part >= 0:
            return as_of(evaluator, frame, part, until, way._replace(also=()))
        value = entry.value
        for change in changes if _may_be_changed(value) else ():
            value = after(evaluator, frame, change, value)
        return value

    quick = entry.held.quick if isinstance(entry.held, Later) else lambda: entry.value
    held = Entry(entry.key, Later(later, quick), entry.sure, entry.turn, entry.doubted)
    return replace(base, entries={**base.entries, key: held})


_CHANGEABLE = frozenset({Dict, List, Rows})
_HANDED = -1
"""Below it are the numbers of operations that hand a function on, in the place of calls that somebody else makes."""


def _may_be_changed(value: Value) -> bool:
    """It may be something that is changed in its place."""
    if type(value) is Either:
        for option in value.options:
            if _may_be_changed(option):
                return True
    return type(value) in _CHANGEABLE


def _given_back(
    evaluator: Evaluator, frame: Frame, aliases: Aliases, op: int, until: int
) -> Iterator[tuple[Thing, int, bool]]:
    """What else an object is, that a function of the project was handed and gave back."""
    for number, place, things in aliases.passed(op):
        call = frame.ops[number]
        if number >= until or not isinstance(call, flows.Call):
            continue
        for function in options(evaluator.value(frame, call.function)):
            if not isinstance(function, Function):
                continue
            scope = evaluator.ground.scope(function.uri, function.scope)
            taken = -1 if scope.unfollowed or scope.yields else parameter_of(scope, function.bound, place)
            inner = evaluator.ground.aliases(function.uri, function.scope).things if taken >= 0 else []
            given = [inner[value] for value in scope.returns] if taken >= 0 else []
            if any((taken, 0) in one for one in given):
                sure = function.around is None and all(one == {(taken, 0)} for one in given)
                yield from ((thing, number, sure) for thing in sorted(things, key=str))


def _matters(evaluator: Evaluator, frame: Frame, change: Change) -> bool:
    """It changes something, and not only hands it to what does not."""
    op = frame.ops[change.number]
    if change.scope >= 0 or not isinstance(op, flows.Call):
        return True
    if change.scope == INNER:
        return any(_may_reach(evaluator, *taker, set()) for taker in _takers(evaluator, frame, op, change))
    return _taken(evaluator, frame, change, op) is not None


def after(evaluator: Evaluator, frame: Frame, change: Change, value: Value) -> Value:
    """The value after a change of it, or of any of its items."""
    if not _matters(evaluator, frame, change):
        return value
    act = partial(_changed, evaluator, frame, change) if change.scope != ASTRAY else _astray
    return each(value, partial(_on_items, evaluator, frame, change, act) if change.item else act)


def _astray(base: Value) -> Value:
    """The value after what may have been done to it by way of what it was put into; of rows that is asked elsewhere."""
    if type(base) is List:
        return replace(base, items=tuple([each(item, _astray) for item in base.items]))
    return loose(base) if type(base) is Dict else base


def _on_items(evaluator: Evaluator, frame: Frame, change: Change, act: Callable[[Value], Value], base: Value) -> Value:
    """What is done to one item of a list, as if to all; of a dict, that is known only of a loop over its values."""
    match base:
        case List(items=items):
            return replace(base, items=tuple([each(item, act) for item in items]))
        case Dict(entries=entries, rest=rest) if not change.told:
            of_each = evaluator.ground.aliases(frame.uri, frame.number).is_of_each(change.number)
            if change.scope != ASTRAY and not of_each:
                act = partial(_perhaps, evaluator, frame, change._replace(done=True))
            changed = {key: entry.valued(each(entry.value, act)) for key, entry in entries.items()}
            return replace(base, entries=changed, rest=each(rest, act))
        case Rows():
            return act(base)
    return base


def _perhaps(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    """The value where nobody knows whether it is the one that is changed; of what is taken out nothing is said."""
    return allowed(base, _changed(evaluator, frame, change, base))


def _changed(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    if type(base) not in _CHANGEABLE or frame.memo.get(change.number) is UNBOUND:
        return base
    by_key = change.done is False and change.scope == change.place == -1
    if not (change.done or (by_key and done_in_its_round(evaluator, frame, change.number))):
        return perhaps(base, _changed(evaluator, frame, change._replace(done=True), base), change.done)
    if change.scope != -1:
        return anything(base) if change.scope == INNER else _within(evaluator, frame, change, base)
    match frame.ops[change.number]:
        case flows.Put(key=key, value=value):
            return put(base, evaluator.value(frame, key), evaluator.value(frame, value))
        case flows.Update(value=value):
            return updated(base, evaluator.value(frame, value))
        case flows.Grow(value=value):
            return grown(base, evaluator.value(frame, value))
        case flows.Append(value=value, many=many):
            return appended(base, evaluator.value(frame, value), many)
        case flows.Drop(key=key) as drop:
            takes_out = removed if drop.equal else dropped
            less = takes_out(base, evaluator.value(frame, key), every=dropped_each(evaluator, frame, drop))
            return replace(less, whole=False) if isinstance(less, Dict) else less
        case flows.Call() as call:
            return _handed_over(evaluator, frame, change, call, base)
    return base


def _taken(evaluator: Evaluator, frame: Frame, change: Change, call: flows.Call) -> tuple[Function, int] | None:
    """The one function of the project that a call hands it to and that changes it, with the parameter that takes it."""
    functions = list(evaluator.calls.run_by(evaluator.value(frame, call.function)))
    if len(functions) != 1:
        return None
    scope = evaluator.ground.scope(functions[0].uri, functions[0].scope)
    number = -1 if scope.unfollowed else parameter_of(scope, functions[0].bound, change.place)
    if _is_handed_back(evaluator, functions[0], number):
        return functions[0], number
    return (functions[0], number) if number >= 0 and changes(evaluator, functions[0], number) else None


def _is_handed_back(evaluator: Evaluator, function: Function, number: int) -> bool:
    """What a parameter is may come back, to whoever has it then: a decorator, or what takes it from a generator."""
    scope = evaluator.ground.scope(function.uri, function.scope)
    if function.around is None and not scope.yields:
        return False
    if number < 0 or not hands_on(function):
        return function.around is not None
    aliases, things = evaluator.ground.aliases(function.uri, function.scope), ((number, 0), (number, 1))
    ends = (*scope.returns, *scope.yields)
    return any(thing in aliases.things[end] or thing in aliases.items[end] for end in ends for thing in things)


def _handed_over(evaluator: Evaluator, frame: Frame, change: Change, call: flows.Call, base: Value) -> Value:
    """The value after a function of the project had it."""
    given, taker = Given(evaluator, frame, call, change.number), _taken(evaluator, frame, change, call)
    if taker is None or not given.plain:
        return base
    function, number = taker
    if _is_handed_back(evaluator, function, number):
        return anything(base)
    scope = evaluator.ground.scope(function.uri, function.scope)
    passed = {**bound_arguments(scope, function.bound, given), number: base}
    inner = evaluator.calls.enter(function, passed, given)
    if inner is None:
        return base if inside(given.frame, function) else loose(base)
    return _all_done(evaluator, inner, number, base)


def _within(evaluator: Evaluator, frame: Frame, change: Change, base: Value) -> Value:
    """The value after a call of a function within, which has it by a name; where that is handed on, nobody knows."""
    ground, call, place = evaluator.ground, frame.ops[change.number], (frame.uri, change.scope)
    if not isinstance(call, flows.Call) or frame.ops[call.function] != flows.Func(change.scope):
        taker = _taker(evaluator, frame, place, change.number)
        changed = loose(base) if taker is None else _by_name(evaluator, taker, change.place, base)
        return handed_on(base, changed)
    given = Given(evaluator, frame, call, change.number)
    passed = bound_arguments(ground.scope(*place), None, given)
    inner = evaluator.calls.enter(Function(*place, frame), passed, given)
    if inner is None:
        return base if inside(frame, Function(*place)) else loose(base)
    return _by_name(evaluator, inner, change.place, base)


def _taker(evaluator: Evaluator, frame: Frame, place: Place, number: int) -> Frame | None:
    """A call by whoever a function is handed to, which may pass anything; None within another such call."""
    identity: object = frame.identity
    while isinstance(identity, tuple) and len(identity) > 2:
        _, _, identity, by = identity
        if isinstance(by, int) and by < _HANDED:
            return None
    alone = evaluator.ground.alone(*place)
    passed: dict[int, Value | Later] = dict.fromkeys(range(len(alone.scope.parameters)), UNKNOWN)
    return alone.called(passed, None, frame, _HANDED - 1 - number)


def _by_name(evaluator: Evaluator, inner: Frame, name: int | str, base: Value) -> Value:
    """The value after all that a function does to what it has by that name."""
    for free in inner.named(name):
        base = _all_done(evaluator, inner, free, base)
    return base


def _all_done(evaluator: Evaluator, inner: Frame, number: int, base: Value) -> Value:
    """The value after all that one call of a function does to a parameter, or to a name of the scope around."""
    aliases = evaluator.ground.aliases(inner.uri, inner.number)
    for change in aliases.of_parameter(number):
        done = change.done
        if done is None and has_keys(base):
            done = aliases.is_done_first(change.number, number)
        elif done is False and decided(evaluator, inner, change.number):
            base = allowed(base, after(evaluator, inner, change._replace(done=True), base))
            continue
        base = after(evaluator, inner, change._replace(done=done), base)
    return base


def changes(evaluator: Evaluator, function: Function, number: int) -> bool:
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
        if (
            not isinstance(call, flows.Call)
            or change.scope >= 0
            or any(
                _may_reach(evaluator, *taker, set()) if change.scope == INNER else _may_change(evaluator, *taker, seen)
                for taker in _takers(evaluator, frame, call, change)
            )
        ):
            known[place, number] = True
            return True
    return False


def _may_reach(evaluator: Evaluator, function: Function, number: int, seen: set[tuple[Place, int]]) -> bool:
    """A function changes something that a parameter has in it, or hands that on to one that does."""
    place = (function.uri, function.scope)
    if (place, number) in seen:
        return False
    seen.add((place, number))
    frame, aliases = evaluator.ground.alone(*place), evaluator.ground.aliases(*place)
    for inner, change in aliases.through(number):
        call = frame.ops[change.number]
        if not isinstance(call, flows.Call) or change.scope >= 0:
            return True
        further = inner and change.scope != INNER
        for taker in _takers(evaluator, frame, call, change):
            if _may_change(evaluator, *taker, set()) if further else _may_reach(evaluator, *taker, seen):
                return True
    return False


def _takers(evaluator: Evaluator, frame: Frame, call: flows.Call, change: Change) -> Iterator[tuple[Function, int]]:
    """The functions that a call hands it to, with the parameter that takes it."""
    for other in evaluator.calls.run_by(evaluator.value(frame, call.function)):
        scope = evaluator.ground.scope(other.uri, other.scope)
        if not scope.unfollowed:
            taken = parameter_of(scope, other.bound, change.place)
            if taken >= 0:
                yield other, taken
