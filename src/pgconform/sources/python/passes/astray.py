"""Keys that are put into something that may be rows, though nobody follows how these came there.

Rows may be within objects, in dicts of lists of dicts, in names of a module, in heaps: what was put into a thing may be
what is taken from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Class
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.astray import Known, Ops, keyed, kin, named_in, nobody_knows, put, taken
from pgconform.sources.python.flows.summary import CHANGES
from pgconform.support.patterns import deferred


def astray(ops: Ops, rows: bytearray, known: Known) -> Iterator[tuple[int, set[int]]]:
    """The operations that put keys into what no dict made here is, each with those that may be rows which it is."""
    held: list[tuple[int, set[object]]] | None = None
    for change in keyed(ops):
        found, origins = taken(ops, ops[change].base, known)
        if held is None:
            given = [(value, into) for value, into in put(ops) if rows[value] and known(value)]
            held = [(value, kin(ops, taken(ops, into, known)[1])) for value, into in given]
        theirs = kin(ops, origins) if held else set()
        found.update(value for value, into in held if not theirs.isdisjoint(into))
        if found:
            yield change, found


def elsewhere(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[tuple[int, Frame, int]]:
    """The operations that may be rows which other functions have, too: within this one, methods of an object that is
    made of them, or by names that outlive the call. Each with an operation there that puts keys into what may have been
    taken from them.
    """
    ground = evaluator.ground
    objects = list(_objects(evaluator, frame, rows))
    lasting = {*_lasting(frame, rows), *_attributes(ground, objects)}
    also = ((*item, number) for item in sorted(lasting) for number in _putting(ground, frame.uri, item[1]))
    for value, name, number in (*_captured(ground, frame, rows), *also):
        other = ground.alone(frame.uri, number)
        if other is not frame:
            yield from ((value, other, change) for change in keyed(other.ops) if name in _names(other.ops, change))
    for value, of in objects:
        for number in ground.methods(of).values():
            method = ground.alone(of.uri, number)
            yield from ((value, method, change) for change in keyed(method.ops) if _is_own(method.ops, change))


def _captured(ground: Ground, frame: Frame, rows: bytearray) -> Iterator[tuple[int, str, int]]:
    """What may be rows, by which name a function within this one has it, and that function."""
    for op in frame.ops if flows.Func in map(type, frame.ops) else ():
        if type(op) is flows.Func:
            for name, held in ground.scope(frame.uri, op.scope).captured.items():
                if held < len(rows) and rows[held]:
                    yield held, name, op.scope


def _putting(ground: Ground, uri: str, name: str) -> Iterator[int]:
    """The scopes of a file that read a name, and put keys into something as far as their text tells."""
    for number in ground.readers(uri, name):
        source = ground.head(uri, number).source
        if not source or _PUTS.search(source):
            yield number


def _lasting(frame: Frame, rows: bytearray) -> Iterator[tuple[int, str]]:
    """What may be rows, and by which name of the module or of an attribute it outlives the call."""
    ops: Ops = frame.ops
    yield from ((value, name) for name, value in frame.scope.globals if rows[value])
    for number, op in enumerate(ops) if not CHANGES.isdisjoint(map(type, ops)) else ():
        if type(op) in CHANGES and rows[op.value]:
            names = _names(ops, number) | ({op.name} if type(op) is flows.Store else set())
            yield from ((op.value, name) for name in names)


def _attributes(ground: Ground, objects: Iterable[tuple[int, Class]]) -> Iterator[tuple[int, str]]:
    """What may be rows, and by which attributes objects that are made of it may have it."""
    for value, of in objects:
        stores = [ground.head(of.uri, number).summary.stores for number in ground.methods(of).values()]
        names = {*ground.scope(of.uri, of.scope).annotations, *[name for stored in stores for name, _ in stored]}
        yield from ((value, name) for name in names)


def _objects(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[tuple[int, Class]]:
    """What may be rows, and the classes of the program that objects are made of it by, with those above these."""
    for op in frame.ops:
        if type(op) is flows.Call and op.name[:1].isupper():
            given = (*op.arguments, *[value for name, value in op.keywords if name != "**"])
            held = [value for value in given if rows[value] and named_in(frame.ops, value) < 0]
            yield from ((value, of) for of in (_classes(evaluator, frame, op) if held else ()) for value in held)


def _classes(evaluator: Evaluator, frame: Frame, op: flows.Call) -> Iterator[Class]:
    """The program's class that is called, and those above it."""
    for of in options(evaluator.value(frame, op.function)):
        if isinstance(of, Class):
            yield from evaluator.names.classes.order(of)


def _names(ops: Ops, change: int) -> set[str]:
    """The names of what may be changed, and of what that may have been taken from."""
    return {op.name for number in taken(ops, ops[change].base, nobody_knows)[1] if type(op := ops[number]) in _NAMED}


def _is_own(ops: Ops, change: int) -> bool:
    """What is changed may have been taken from the method's object."""
    origins = taken(ops, ops[change].base, nobody_knows)[1]
    return any(type(op := ops[number]) is flows.Param and op.index == 0 for number in origins)


_PUTS = deferred(rb"\]\s*[-+*/|&]?=(?!=)|\.(?:update|setdefault)\(")
_NAMED = frozenset({flows.Free, flows.Attr})
