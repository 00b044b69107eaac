"""Objects whose methods go on with a chain that an attribute holds, and give the object back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import holds_chain
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Class, Function, Instance, Value
from pgconform.sources.python.evaluate.values.tests import is_shut
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.objects import places
from pgconform.sources.python.flows.ties import origin

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.evaluate.objects.classes import Classes


def may_carry(classes: Classes, value: Value | None) -> bool:
    """An object whose methods go on with what an attribute holds."""
    return isinstance(value, Instance) and not value.open and bool(classes.fluent(value.of))


def left(evaluator: Evaluator, frame: Frame, own: Instance) -> Instance:
    """An object as a call of its method leaves it, which the method gives back; ``frame`` is that call's."""
    fluent = evaluator.names.classes.fluent(own.of)
    names = dict.fromkeys(name for name, _ in frame.scope.summary.stores if name in fluent)
    held = {name: value for name in names if (value := _left(evaluator, frame, own, name)) is not None}
    return replace(own, keywords=tuple({**dict(own.keywords), **held}.items())) if held else own


def _left(evaluator: Evaluator, frame: Frame, own: Instance, name: str) -> Value | None:
    """What the call leaves in an attribute; None where there is no chain.

    Where a branch stores one, it is taken for stored: what then names a column names it whenever that is asked for.
    """
    stores = [op for kept, op in frame.scope.summary.stores if kept == name and not is_shut(evaluator, frame, op)]
    aliases = evaluator.ground.aliases(frame.uri, frame.number)
    if len(stores) > 1 and not all(aliases.is_done(op, len(frame.ops)) for op in stores):
        return UNKNOWN
    value = evaluator.value(frame, stores[-1]) if stores else None
    if value is None or holds_chain(value):
        return value
    return UNKNOWN if holds_chain(evaluator.names.attribute(own, name)) else None


def fluent(classes: Classes, of: Class) -> frozenset[str]:
    """The attributes in which only methods store something that give the object back: each call shows what it does."""
    storing: dict[str, set[Place]] = {}
    for item in classes.order(of):
        for name, number in classes.stored(item):
            if not classes.is_constructor(item, number):
                storing.setdefault(name, set()).add((item.uri, number))
    giving = {place: _gives_itself(classes, place) for place in set().union(*storing.values())}
    return frozenset([name for name, places in storing.items() if all(map(giving.__getitem__, places))])


def _gives_itself(classes: Classes, place: Place) -> bool:
    scope, ops = classes.ground.scope(*place), classes.ground.ops(*place)
    return bool(scope.returns) and all(_is_own(ops, number) for number in scope.returns)


def _is_own(ops: Sequence[flows.Op], number: int) -> bool:
    while type(op := ops[number]) is flows.Noted:
        number = op.base
    return type(op) is flows.Param and op.index == 0


def as_called(evaluator: Evaluator, frame: Frame, op: flows.Attr, number: int, base: Instance) -> Instance:
    """An object that may carry a chain as the last call before left it, whatever was done with what that gave.

    It is the same object. What functions do to it that it is handed to nobody knows.
    """
    seen: dict[int, int] = {}
    own = origin(frame.ops, op.base, seen)
    for earlier in range(number - 1, own, -1):
        call = frame.ops[earlier]
        if type(call) is not flows.Call:
            continue
        if any(origin(frame.ops, value, seen) == own for _, value in places(call)):
            lost = [(name, UNKNOWN) for name in sorted(evaluator.names.classes.fluent(base.of))]
            return replace(base, keywords=(*lost, *base.keywords))
        taken = frame.ops[call.function]
        if type(taken) is flows.Attr and origin(frame.ops, taken.base, seen) == own:
            found = evaluator.value(frame, earlier)
            if isinstance(found, Instance) and found.of == base.of and _is_method(evaluator, frame, call):
                return found
    return base


def _is_method(evaluator: Evaluator, frame: Frame, call: flows.Call) -> bool:
    """It calls a method that gives its object back."""
    called = evaluator.value(frame, call.function)
    return isinstance(called, Function) and _gives_itself(evaluator.names.classes, (called.uri, called.scope))
