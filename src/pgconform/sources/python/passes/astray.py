"""Keys that are put into something that may be rows, though nobody follows how these came there.

Rows may be within objects, in dicts of lists of dicts, in names of a module, in heaps: what was put into a thing may be
what is taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeAlias

from pgconform.sources.python.evaluate.evaluator import Evaluator
from pgconform.sources.python.evaluate.scopes.ground import Ground
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Class
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.sources import source
from pgconform.sources.python.flows.summary import CHANGES, MAKERS
from pgconform.support.patterns import deferred

Ops: TypeAlias = Sequence[Any]
Known: TypeAlias = Callable[[int], "bool | None"]
"""Whether an operation is rows, or has some in it; None: nobody knows, and it may be what it was taken from."""


def astray(ops: Ops, rows: bytearray, known: Known) -> Iterator[tuple[int, set[int]]]:
    """The operations that put keys into what no dict made here is, each with those that may be rows which it is."""
    put: list[tuple[int, set[int]]] | None = None
    for change in _keyed(ops):
        found, origins = _taken(ops, ops[change].base, known)
        if put is None:
            put = [(value, _taken(ops, into, known)[1]) for value, into in _put(ops, rows) if known(value)]
        found.update(value for value, into in put if not origins.isdisjoint(into))
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
            yield from ((value, other, change) for change in _keyed(other.ops) if name in _names(other.ops, change))
    for value, of in objects:
        for number in ground.methods(of).values():
            method = ground.alone(of.uri, number)
            yield from ((value, method, change) for change in _keyed(method.ops) if _is_own(method.ops, change))


def is_made(ops: Ops, number: int) -> bool:
    """It is a dict or a list that the function makes: what is put there is put into no row."""
    seen: set[int] = set()
    waits = [number]
    while waits:
        number = waits.pop()
        op = ops[number]
        if type(op) is flows.Either:
            waits += [one for one in op.options if one not in seen]
        elif type(op) in _SAME:
            waits += [op.base] if op.base not in seen else ()
        elif type(op) not in _MADE and not (type(op) is flows.Call and op.name in MAKERS):
            return False
        seen.add(number)
    return True


def named_in(ops: Ops, number: int) -> int:
    """What it is taken from by a name that stands there, as a column is from a row; else -1."""
    op = ops[number]
    if type(op) is flows.Item:
        return op.base if _is_name(ops[op.key]) else -1
    if type(op) is flows.Call and op.name == "get" and op.arguments and _is_name(ops[op.arguments[0]]):
        return getattr(ops[op.function], "base", -1)
    return -1


def is_one_of(op: Any) -> bool:
    """It is one of several things, as rows are."""
    return type(op) is flows.Elem or (type(op) is flows.Call and op.name in _ONE)


def _is_name(op: Any) -> bool:
    return type(op) is flows.Const and isinstance(op.value, str)


def _keyed(ops: Ops) -> Iterator[int]:
    """The operations that put keys into something, but for dicts that are made here, and for what a request sends."""
    for number, op in enumerate(ops) if not _KEYED.isdisjoint(map(type, ops)) else ():
        if type(op) in _KEYED:
            sends = type(op) is flows.Update and type(ops[op.base]) is flows.Call
            if not sends and not is_made(ops, op.base):
                yield number


def _put(ops: Ops, rows: bytearray) -> Iterator[tuple[int, int]]:
    """What may be rows, and what it is put into: what a call is given it may put into what else it is given."""
    for op in ops:
        if type(op) in CHANGES:
            if rows[op.value]:
                yield op.value, op.base
        elif type(op) is flows.Call:
            function = ops[op.function]
            own = [function.base] if type(function) is flows.Attr and op.name in _HOLDING else []
            things = (*own, *op.arguments)
            yield from ((value, into) for value in op.arguments if rows[value] for into in things if into != value)


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
    return {op.name for number in _taken(ops, ops[change].base, _nobody_knows)[1] if type(op := ops[number]) in _NAMED}


def _is_own(ops: Ops, change: int) -> bool:
    """What is changed may have been taken from the method's object."""
    origins = _taken(ops, ops[change].base, _nobody_knows)[1]
    return any(type(op := ops[number]) is flows.Param and op.index == 0 for number in origins)


def _taken(ops: Ops, number: int, known: Known) -> tuple[set[int], set[int]]:
    """The rows that a value is or may have been taken from, and all that it may have been taken from."""
    found: set[int] = set()
    seen: set[int] = set()
    waits = [number]
    while waits:
        number = waits.pop()
        if number not in seen:
            seen.add(number)
            said = known(number)
            if said:
                found.add(number)
            elif said is None:
                waits += _taken_from(ops, ops[number], known)
    return found, seen


def _taken_from(ops: Ops, op: Any, known: Known) -> Sequence[int]:
    if type(op) is flows.Attr:
        return (op.base,)
    found = source(ops, op)
    if type(op) is not flows.Call:
        return found.ops
    given: Sequence[int] = found.ops
    if found.handed and op.name not in _TAKING:
        given = [item for item in given if known(item)] if op.name[:1].isupper() else ()
    function = ops[op.function]
    return (*given, function.base) if type(function) is flows.Attr else given


def _nobody_knows(_: int) -> None:
    return None


_PUTS = deferred(rb"\]\s*[-+*/|&]?=(?!=)|\.(?:update|setdefault)\(")
_KEYED = frozenset({flows.Put, flows.Update})
_NAMED = frozenset({flows.Free, flows.Attr})
_HOLDING = frozenset({"appendleft", "add", "insert", "put", "put_nowait", "push", "setdefault", "extend", "extendleft"})
"""Methods that put what they are given into their object."""
_ONE = frozenset({"pop", "popleft", "get", "get_nowait", "next", "heappop"})
_TAKING = frozenset({"heappop", "heappushpop", "heapreplace"})
_SAME = CHANGES | {flows.Drop, flows.Within, flows.Where, flows.Sure, flows.Noted}
_MADE = frozenset({flows.Map, flows.Seq, flows.Comp})
