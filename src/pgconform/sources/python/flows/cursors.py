"""Cursors, which keep what they were last sent: which calls sent it, before rows are taken."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from typing import TypeAlias

from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.flows.operations import Attr, Call, Op

FETCHES = frozenset({"fetchone", "fetchall", "fetchmany"})
SENDS = frozenset({"execute"})
_OTHERWISE = frozenset({"callproc", "executemany", "nextset"})
"""After these a cursor has other rows than those of what it was sent, or none."""
Block: TypeAlias = tuple[int, int]
"""The operations of a block of statements, from the first number to the second."""
_SAME = (flows.Sure, flows.Noted, flows.Kept)


def passed_over(ops: Sequence[Op], blocks: Sequence[Block]) -> tuple[Block, ...]:
    """Those of the blocks in which a cursor is sent something, where one may have been sent more than once."""
    sends = [number for number, op in enumerate(ops) if type(op) is Call and op.name in SENDS] if blocks else []
    return tuple([block for block in blocks if any(_in(number, block) for number in sends)]) if sends[1:] else ()


def same_as(ops: Sequence[Op], number: int) -> int:
    """The operation whose value another one is, tests and annotations looked through."""
    while isinstance(op := ops[number], _SAME):
        number = op.base
    return number


def object_of(ops: Sequence[Op], number: int) -> Hashable:
    """What tells one object from another within a scope: the operation that gave it, or the path to it."""
    number = same_as(ops, number)
    match ops[number]:
        case Attr(base=base, name=name):
            return object_of(ops, base), name
        case flows.Free(name=name):
            return name
        case flows.Param(index=index):
            return "parameter", index
    return number


def sent_before(ops: Sequence[Op], fetch: int, blocks: Iterable[Block]) -> tuple[int, ...]:
    """The calls of which one sent what the call ``fetch`` takes rows of; none where something else may have.

    ``blocks`` are those that may be passed over.
    """
    cursor = _object(ops, ops[fetch])
    return () if cursor is None else _sent_to(ops, cursor, fetch, [block for block in blocks if not _in(fetch, block)])


def _in(number: int, block: Block) -> bool:
    return block[0] <= number < block[1]


def holds_rows(ops: Sequence[Op], number: int) -> bool:
    """A cursor that was sent something, of which nobody has taken the rows so far."""
    sends = [op for op in ops if type(op) is Call and op.name in SENDS]
    if not sends or (cursor := object_of(ops, number)) not in [_object(ops, op) for op in sends]:
        return False
    return bool(_sent_to(ops, cursor, len(ops), ()))


def _sent_to(ops: Sequence[Op], cursor: Hashable, before: int, blocks: Sequence[Block]) -> tuple[int, ...]:
    """The calls of which one sent what a cursor has rows of at an operation; none where something else may have."""
    found: list[int] = []
    for number in range(before - 1, -1, -1):
        op = ops[number]
        if type(op) is not Call:
            continue
        if _object(ops, op) == cursor:
            if op.name in SENDS:
                found.append(number)
                if not any(_in(number, block) for block in blocks):
                    break
            elif op.name in FETCHES and found:
                break
            elif op.name in _OTHERWISE:
                return tuple(found)
        elif found == [] and cursor in set(_passed(ops, op)):
            return ()
    return tuple(found)


def tells_names(ops: Sequence[Op], number: int) -> bool:
    """A list of the names that a cursor's ``description`` has of its columns."""
    through = (flows.Sure, flows.Noted, flows.Elem, flows.Item)
    while True:
        match op := ops[number]:
            case Attr(name="description"):
                return True
            case flows.Comp(key=-1, filtered=False, value=value):
                number = value
            case Call(name="list" | "tuple", arguments=(one,)):
                number = one
            case Attr(name="name", base=base):
                number = base
            case _ if isinstance(op, through):
                number = op.base
            case _:
                return False


def _object(ops: Sequence[Op], op: Op) -> Hashable:
    """The object of which a call is a method."""
    function = ops[op.function] if type(op) is Call else None
    return object_of(ops, function.base) if type(function) is Attr else None


def _passed(ops: Sequence[Op], call: Call) -> Iterator[Hashable]:
    for item in (*call.arguments, *[value for _, value in call.keywords]):
        yield object_of(ops, item)
