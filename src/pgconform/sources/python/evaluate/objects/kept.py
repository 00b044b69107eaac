"""What attributes hold that a function stored or changed: for itself, and for the methods that it calls after that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec.structs import replace

from pgconform.sources.python.evaluate.values.choices import either, options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.kinds import Instance, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.objects import CHANGES
from pgconform.sources.python.flows.ties import origin

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.evaluate.objects.classes import Classes


def kept(evaluator: Evaluator, frame: Frame, op: flows.Kept, number: int) -> Value:
    """What was stored, as far as the methods leave it that were called since; beside what else they may store."""
    value, classes = evaluator.value(frame, op.base), evaluator.names.classes
    taken = frame.ops[op.other]
    name = taken.name if isinstance(taken, flows.Attr) else ""
    called = frozenset(_called(frame, op, number))
    for owner in options(evaluator.value(frame, op.owner)):
        if isinstance(owner, Instance):
            methods = reached(classes, owner, called)
            value = classes.changed(value, owner, name, methods)
            stores = [(item.uri, place) for item in classes.family(owner) for place, _ in classes.stores(item, name)]
            if not methods.isdisjoint(stores):
                return either((frame.identity, "kept", number), (value, evaluator.value(frame, op.other)))
    return value


class Touch(NamedTuple):
    """Operation ``number`` stores something in an attribute of ``owner``, or changes what is there; ``held`` has it."""

    number: int
    owner: int
    name: str
    held: int


def touches(ops: Sequence[flows.Op]) -> tuple[Touch, ...]:
    """What is done to attributes of objects other than a method's own."""
    found: list[Touch] = []
    for number, op in enumerate(ops):
        kind = type(op)
        if kind is flows.Store:
            found.append(Touch(number, op.base, op.name, number))  # type: ignore[union-attr]
        elif kind in CHANGES:
            held = number
            while type(base := ops[held]) in CHANGES:
                held = base.base  # type: ignore[union-attr]
            taken = ops[base.other] if isinstance(base, flows.Kept) else base
            if isinstance(taken, flows.Attr):
                found.append(Touch(number, taken.base, taken.name, held))
    return tuple([touch for touch in found if type(ops[touch.owner]) not in _OF_OTHERS])


_OF_OTHERS = frozenset({flows.Param, flows.Free, flows.Attr})


def as_touched(evaluator: Evaluator, frame: Frame, op: flows.Attr, number: int, base: Instance) -> Instance:
    """An object as a method of it finds it: with what the function did to its attributes before."""
    classes = evaluator.names.classes
    if not _known(evaluator, frame) or not any(
        op.name in classes.ground.methods(one) for one in classes.order(base.of)
    ):
        return base
    return as_left(evaluator, frame, op.base, number, base)


def _known(evaluator: Evaluator, frame: Frame) -> tuple[Touch, ...]:
    place = (frame.uri, frame.number)
    if (known := evaluator.touching.get(place)) is None:
        known = evaluator.touching[place] = touches(frame.ops)
    return known


def as_left(evaluator: Evaluator, frame: Frame, op: int, number: int, base: Instance) -> Instance:
    """An object with what the function did to its attributes until an operation is reached."""
    place, classes = (frame.uri, frame.number), evaluator.names.classes
    seen: dict[int, int] = {}
    own, found = origin(frame.ops, op, seen), dict[str, Value]()
    for touch in _known(evaluator, frame):
        if touch.number < number and origin(frame.ops, touch.owner, seen) == own:
            if type(frame.ops[touch.number]) in CHANGES and classes.is_computed(base, touch.name):
                continue  # what a property gave was changed, and it may give another object now
            value = evaluator.at(frame, touch.held, number)
            sure = evaluator.ground.aliases(*place).is_done(touch.held, number)
            if not sure and isinstance(frame.ops[touch.held], flows.Store):
                before = found.get(touch.name) or evaluator.names.attribute(base, touch.name)
                value = either((frame.identity, "touched", touch.number), (value, before))
            found[touch.name] = value
    return replace(base, keywords=(*found.items(), *base.keywords)) if found else base


_ANY = "any"
"""Stands for all methods: the object was handed to something."""


def _called(frame: Frame, op: flows.Kept, number: int) -> Iterator[str]:
    """The methods of the object that were called before."""
    known: dict[int, int] = {}
    own = origin(frame.ops, op.owner, known)
    for call in frame.ops[:number]:
        if type(call) is not flows.Call:
            continue
        function = frame.ops[call.function]
        if isinstance(function, flows.Attr) and origin(frame.ops, function.base, known) == own:
            yield function.name
        elif any(origin(frame.ops, value, known) == own for value in (*call.arguments, *dict(call.keywords).values())):
            yield _ANY


def reached(classes: Classes, owner: Instance, called: frozenset[str]) -> frozenset[Place]:
    """Methods of an object by these names, and all that they may call of it."""
    ground = classes.ground
    named: dict[str, list[Place]] = {}
    for item in classes.family(owner):
        for name, number in ground.methods(item).items():
            named.setdefault(name, []).append((item.uri, number))
    found: dict[str, None] = dict.fromkeys(named if _ANY in called else sorted(called & named.keys()))
    waiting = list(found)
    for name in waiting:
        more = [other for other in named if other not in found and any(ground.reads(*at, other) for at in named[name])]
        found.update(dict.fromkeys(more))
        waiting += more
    return frozenset(place for name in found for place in named[name])
