"""Keys that a program can do without: asked for before, read in a ``try``, or with another to fall back on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.flows import operations as flows


def sought(ops: tuple[flows.Op, ...], base: int, key: int) -> tuple[int, object]:
    """The row that a key is asked of, whatever tests of it lie between, and the key."""
    name = ops[key]
    return _row(ops, base), name.value if isinstance(name, flows.Const) else key


Tests: TypeAlias = tuple[tuple[str, str, bool], ...]
"""Tests of what a row has under keys, as `Read.where` has them."""


def tests_of(frame: Frame, number: int, base: int) -> Tests:
    """The tests of what a row has under other keys that lead to an operation."""
    around = [test for test in frame.scope.keyed if test.start <= number < test.end]
    row = _row(frame.ops, base) if around else -1
    return tuple([(test.key, test.kind, test.holds) for test in around if _row(frame.ops, test.base) == row])


def _row(ops: tuple[flows.Op, ...], base: int) -> int:
    """The row itself, whatever tests of it lie between, where all ways lead to one."""
    while isinstance(row := ops[base], flows.Sure | flows.Where):
        base = row.base
    found, waits, seen = set[int](), [base], {base}
    while waits:
        match ops[number := waits.pop()]:
            case flows.Sure(base=before) | flows.Where(base=before):
                further: tuple[int, ...] = (before,)
            case flows.Either(options=further):
                pass
            case _:
                found.add(number)
                continue
        waits += [one for one in further if one not in seen]
        seen.update(further)
    return found.pop() if len(found) == 1 else base


def listings(ops: tuple[flows.Op, ...], number: int) -> Iterator[int]:
    """The rows of whose keys an operation gives a list: ``row.keys()``, ``set(row)``; else the operation itself.

    Of a frame, these are its ``columns``.
    """
    waits, seen = [number], {number}
    while waits:
        number = waits.pop()
        found: tuple[int, ...] = ()
        match ops[number]:
            case flows.Call(name="keys" | "tolist" | "to_list", function=function) if (
                type(keys := ops[function]) is flows.Attr
            ):
                found = (keys.base,)
            case flows.Attr(name="columns", base=base):
                found = (base,)
            case flows.Call(name="list" | "set" | "tuple" | "sorted" | "frozenset", arguments=(one,)):
                found = (one,)
            case flows.Either(options=options):
                found = options
        waits += [one for one in found if one not in seen]
        seen.update(found)
        if not found:
            yield number


def tried(frame: Frame) -> frozenset[int]:
    """The operations after whose failure the program goes on."""
    attempts = [range(item.start, item.end) for item in frame.scope.attempts if not item.rescue]
    return frozenset(number for attempt in attempts for number in attempt)


def caught(frame: Frame) -> frozenset[int]:
    """The operations after which the program goes on where they find no such key or attribute, as it says itself.

    It names the error, or has tried nothing else and takes another key of the same row instead.
    """
    attempts, ops = frame.scope.attempts, frame.ops
    found: set[int] = set()
    for tried in attempts:
        if tried.lookup:
            found.update(range(tried.start, tried.end))
        elif not tried.rescue and not any(type(op) is flows.Call for op in ops[tried.start : tried.end]):
            reads = [number for number in range(tried.start, tried.end) if type(ops[number]) is flows.Item]
            handlers = [range(one.start, one.end) for one in attempts if one.answers(tried)]
            instead = {_read(ops, number) for handler in handlers for number in handler}
            found.update(reads if len(reads) == 1 and _read(ops, reads[0]) in instead else ())
    return frozenset(found)


def _read(ops: tuple[flows.Op, ...], number: int) -> int:
    """The row of which an operation reads a key; -1 for another operation."""
    op = ops[number]
    return _row(ops, op.base) if isinstance(op, flows.Item) else -1


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
