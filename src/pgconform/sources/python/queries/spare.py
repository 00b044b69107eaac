"""Keys that a program can do without: asked for before, read in a ``try``, or with another to fall back on."""

from __future__ import annotations

from collections.abc import Sequence

from pgconform.sources.python.evaluate.frames import Frame
from pgconform.sources.python.flows import operations as flows


def sought(ops: tuple[flows.Op, ...], base: int, key: int) -> tuple[int, object]:
    """The row that a key is asked of, whatever tests of it lie between, and the key."""
    while isinstance(row := ops[base], flows.Sure | flows.Where):
        base = row.base
    name = ops[key]
    return base, name.value if isinstance(name, flows.Const) else key


def tried(frame: Frame) -> frozenset[int]:
    """The operations after whose failure the program goes on."""
    attempts = [range(item.start, item.end) for item in frame.scope.attempts if not item.rescue]
    return frozenset(number for attempt in attempts for number in attempt)


def replaceable(ops: tuple[flows.Op, ...]) -> set[int]:
    """The ``get`` calls that have another to fall back on: ``row.get("a", row.get("b"))``, ``row.get("a") or …``."""
    found: set[int] = set()
    for number, op in enumerate(ops):
        if type(op) is flows.Call and len(op.arguments) > 1 and _is_get(ops, number):
            beside: Sequence[int] = (number, *op.arguments[1:])
        elif type(op) is flows.Either and op.fallback:
            beside = op.options
        else:
            continue
        gets = [item for item in beside if _is_get(ops, item)]
        found.update(gets if len(gets) > 1 else ())
    return found


def _is_get(ops: tuple[flows.Op, ...], number: int) -> bool:
    call = ops[number]
    return type(call) is flows.Call and call.name == "get" and type(ops[call.function]) is flows.Attr
