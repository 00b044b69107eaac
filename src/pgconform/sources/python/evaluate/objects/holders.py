"""Objects that keep in an attribute what their constructor was handed, so that their methods can change it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from pgconform.sources.python.evaluate.objects.kept import reached
from pgconform.sources.python.evaluate.scopes.given import parameter_of
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame, Place
from pgconform.sources.python.evaluate.values.joins import has_keys
from pgconform.sources.python.evaluate.values.kinds import Class, Instance, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.objects import Thing, places

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator


class Holder(NamedTuple):
    """An object that has something under an attribute; ``thing`` is that, since when, and whether that is sure.

    ``asked`` are the attributes of the object that were taken since.
    """

    of: Class
    name: str
    thing: tuple[Thing, int, bool]
    asked: frozenset[str]

    def left(self, evaluator: Evaluator, value: Value) -> Value:
        """What methods of the object leave of it."""
        classes, own = evaluator.names.classes, Instance(self.of)
        return classes.changed(value, own, self.name, reached(classes, own, self.asked | {"__init__"}))


def holders(
    evaluator: Evaluator, frame: Frame, given: Sequence[tuple[int, int | str]], until: int, value: Value
) -> Iterator[Holder]:
    """The objects that have a value in an attribute, with what they were asked for before operation ``until``.

    ``given`` are the calls that were handed it, and where they have it.
    """
    for number, place in given:
        call = frame.ops[number]
        for of in options(evaluator.value(frame, call.function)) if isinstance(call, flows.Call) else ():
            if not isinstance(of, Class) or (made := evaluator.calls.instances.constructor(of)) is None:
                continue
            asked = evaluator.ground.aliases(frame.uri, frame.number).asked_of(number, until)
            taken = parameter_of(evaluator.ground.scope(made.uri, made.scope), Instance(of), place)
            for name, sure in _kept_as(evaluator, of, (made.uri, made.scope), taken, has_keys(value)):
                yield Holder(of, name, ((("attribute", name, frozenset({(number, 0)})), 0), number, sure), asked)


def _kept_as(evaluator: Evaluator, of: Class, place: Place, taken: int, full: bool) -> Iterator[tuple[str, bool]]:
    """The attributes that a constructor, or one above it that it runs, keeps a parameter in; whether that is sure.

    ``full``: it has keys, so that of ``value or other`` it is the first.
    """
    if taken < 0:
        return
    scope, ops = evaluator.ground.scope(*place), evaluator.ground.ops(*place)
    things = evaluator.ground.aliases(*place).things
    for name, op in scope.summary.stores:
        if (taken, 0) in things[op]:
            yield name, things[op] == {(taken, 0)} or (full and _is_first(ops, op, taken))
    above = _above(evaluator, of, place)
    if above is None:
        return
    for call in ops:
        if isinstance(call, flows.Call) and call.name == "__init__":
            for at, value in places(call):
                if (taken, 0) in things[value]:
                    further = parameter_of(evaluator.ground.scope(*above), Instance(of), at)
                    yield from _kept_as(evaluator, of, above, further, full)


def _above(evaluator: Evaluator, of: Class, place: Place) -> Place | None:
    """The next ``__init__`` above one, in the order of a class."""
    methods, order = evaluator.ground.methods, evaluator.names.classes.order(of)
    found = [(item.uri, number) for item in order if (number := methods(item).get("__init__")) is not None]
    after = found[found.index(place) + 1 :] if place in found else []
    return after[0] if after else None


def _is_first(ops: Sequence[flows.Op], number: int, first: int) -> bool:
    """``self.name = first or other``."""
    op = ops[number]
    held = ops[op.value] if isinstance(op, flows.Store) else op
    return isinstance(held, flows.Either) and held.fallback and held.options[0] == first
