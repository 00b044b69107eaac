"""Keys that are put into something by way of what it was put into: dicts of lists of dicts, heaps, objects.

Nobody follows these: what was put into a thing may be what is taken from it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeAlias

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.sources import source
from pgconform.sources.python.flows.summary import CHANGES, MAKERS

Ops: TypeAlias = Sequence[Any]
Known: TypeAlias = Callable[[int], "bool | None"]
"""Whether an operation is what is looked for, or has it within; None: nobody knows, and what it was taken from may."""


def keyed(ops: Ops) -> Iterator[int]:
    """The operations that put keys into something, but for dicts that are made here, and for what a request sends."""
    for number, op in enumerate(ops) if not _KEYED.isdisjoint(map(type, ops)) else ():
        if type(op) in _KEYED:
            sends = type(op) is flows.Update and type(ops[op.base]) is flows.Call
            if not sends and not is_made(ops, op.base):
                yield number


def put(ops: Ops) -> Iterator[tuple[int, int]]:
    """What is put, and what it is put into: what a call is given it may put into what else it is given."""
    for op in ops:
        if type(op) in CHANGES:
            yield op.value, op.base
        elif type(op) is flows.Call and (op.arguments[1:] or op.name in _HOLDING):
            function = ops[op.function]
            own = [function.base] if type(function) is flows.Attr and _holds(op) else []
            yield from ((value, into) for value in op.arguments for into in (*own, *op.arguments) if into != value)


def taken(ops: Ops, number: int, known: Known) -> tuple[set[int], set[int]]:
    """What is looked for and a value is or may have been taken from, and all that it may have been taken from."""
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


def kin(ops: Ops, numbers: Collection[int]) -> set[object]:
    """What tells containers from one another: where they are made, or by what name they are there before."""
    return {_told(ops[number], number) for number in numbers} - {None}


def is_made(ops: Ops, number: int) -> bool:
    """It is a dict or a list that the function makes: what is put there is followed."""
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
    """It is one of several things."""
    return type(op) is flows.Elem or (type(op) is flows.Call and op.name in _ONE)


def nobody_knows(_: int) -> None:
    """Of each operation, whether it is what is looked for."""
    return


def _holds(op: flows.Call) -> bool:
    """Its object has what it is given; what a request inserts is put into no list."""
    return op.name in _HOLDING and (op.name != "insert" or bool(op.arguments[1:]))


def _is_name(op: Any) -> bool:
    return type(op) is flows.Const and isinstance(op.value, str)


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


def _told(op: Any, number: int) -> object:
    if type(op) is flows.Attr or type(op) is flows.Free:
        return (type(op).__name__, op.name)
    if type(op) is flows.Param:
        return ("Param", op.index) if op.index else None
    return number


_KEYED = frozenset({flows.Put, flows.Update})
_HOLDING = frozenset({"appendleft", "add", "insert", "put", "put_nowait", "push", "setdefault", "extend", "extendleft"})
"""Methods that put what they are given into their object."""
_ONE = frozenset({"pop", "popleft", "get", "get_nowait", "next", "heappop"})
_TAKING = frozenset({"heappop", "heappushpop", "heapreplace"})
_SAME = CHANGES | {flows.Drop, flows.Within, flows.Where, flows.Sure, flows.Noted}
_MADE = frozenset({flows.Map, flows.Seq, flows.Comp})
