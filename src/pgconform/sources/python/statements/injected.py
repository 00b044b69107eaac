"""The functions that a framework calls for a parameter: ``Depends(f)`` by default, or in its annotation."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import TYPE_CHECKING

from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import UNKNOWN, Function, Value
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.spelling import INJECTING
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator
    from pgconform.sources.python.flows.heads import Parameter

_SAID = deferred(rf"\b(?:{'|'.join(sorted(INJECTING))})\(([A-Za-z_][\w.]*)\)")
_ALIAS = deferred(r"[A-Za-z_]\w*(?:\.\w+)*\Z")


def providers(evaluator: Evaluator, frame: Frame, parameter: Parameter) -> list[Function]:
    """All that may be called; none where the parameter is handed over as others are."""
    values = [*_by_default(evaluator, frame, parameter), *_annotated(evaluator, frame, parameter.annotation)]
    return [one for value in values for one in options(value) if isinstance(one, Function)]


def _by_default(evaluator: Evaluator, frame: Frame, parameter: Parameter) -> Iterator[Value]:
    if parameter.default >= 0:
        outer = evaluator.ground.holding(frame.uri, frame.scope.outer, parameter.default)
        yield from _provided(evaluator, outer, outer.ops[parameter.default])


def _provided(evaluator: Evaluator, frame: Frame, op: flows.Op) -> Iterator[Value]:
    if type(op) is flows.Call and op.name in INJECTING and op.arguments:
        yield evaluator.value(frame, op.arguments[0])


def _annotated(evaluator: Evaluator, frame: Frame, annotation: str) -> Iterator[Value]:
    """Of ``Annotated[type, Depends(f)]`` in the annotation itself, or in a name of a module that it is."""
    for dotted in _SAID.findall(annotation):
        head, *rest = dotted.split(".")
        held = evaluator.names.module_name(frame.uri, head) or UNKNOWN
        yield reduce(evaluator.names.attribute, rest, held)
    if _ALIAS.match(annotation):
        yield from _aliased(evaluator, frame.uri, annotation)


def _aliased(evaluator: Evaluator, uri: str, annotation: str) -> Iterator[Value]:
    """What an alias of an annotation says, in the module that makes it."""
    ground, parts = evaluator.ground, annotation.split(".")
    for _ in range(4):
        held = ground.bound(uri, parts[0])
        if held < 0:
            return
        frame = ground.holding(uri, 0, held)
        op = frame.ops[held]
        if type(op) is not flows.Import:
            break
        home = ground.roads.find(uri, op.level, tuple(filter(None, op.module.split("."))))
        parts = [op.attribute, *parts[1:]] if op.attribute else parts[1:]
        if home is None or not parts:
            return
        uri = home
    else:
        return
    items = frame.ops[op.key] if type(op) is flows.Item and len(parts) == 1 else None
    for number in items.items if type(items) is flows.Seq else ():
        yield from _provided(evaluator, frame, frame.ops[number])
