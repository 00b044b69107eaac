"""What a program reads of a statement's rows by place or attribute: ``row[0]``, ``a, b = row``, ``row.title``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pgconform.request import Read, Text
from pgconform.shape import Location
from pgconform.sources.python.evaluate.values.choices import options
from pgconform.sources.python.evaluate.values.frames import Frame
from pgconform.sources.python.evaluate.values.kinds import Chain, Lit, Rows, Value, is_none
from pgconform.sources.python.evaluate.values.statements import text_of
from pgconform.sources.python.flows import operations as flows
from pgconform.sources.python.passes.outcome import Of
from pgconform.sources.python.queries.spare import caught

if TYPE_CHECKING:
    from pgconform.sources.python.evaluate.evaluator import Evaluator

_OWN = frozenset({"count", "index", "keys", "values", "items", "get", "pop", "copy", "tuple", "t"})
"""Attributes that rows have whatever their columns."""


class Reading(NamedTuple):
    """A key read from the rows of a chain. ``embeds``, ``only`` and ``copied`` are those of `ReadSeen`."""

    chain: Chain
    read: Read
    embeds: tuple[Of, ...] = ()
    only: bool = False
    copied: bool = False


def by_place(evaluator: Evaluator, frame: Frame, rows: bytearray) -> Iterator[Reading]:
    """The columns that a frame takes of rows by number or attribute, and how many it takes rows apart into.

    Where it asks how long a row is, it takes what is there.
    """
    passed = caught(frame).union(op.function for op in frame.ops if type(op) is flows.Call)
    measured = {op.arguments[0] for op in frame.ops if type(op) is flows.Call and op.name == "len" and op.arguments}
    taken: dict[int, int] = {}
    for number, op in enumerate(frame.ops):
        if type(op) is flows.Attr and rows[op.base] and number not in passed and _may_be_column(op.name):
            at = Location(frame.uri, op.line, op.column, op.line, op.column + len(op.name))
            yield from _of(evaluator, frame, op.base, Read(Text(op.name, at), (), "attribute", at=at))
        elif type(op) is flows.Item and rows[op.base] and type(key := frame.ops[op.key]) is flows.Const:
            if not key.line:
                _count(taken, op.base, key.value)
            elif op.base not in measured:
                yield from _numbered(evaluator, frame, op, key.value)
        elif type(op) is flows.Slice:
            taken[op.base] = 0
    for base, count in taken.items():
        if count:
            yield from _of(evaluator, frame, base, Read(Text(str(count)), (), "unpack"))


def _may_be_column(name: str) -> bool:
    return not name.startswith("_") and name not in _OWN


def _count(taken: dict[int, int], base: int, number: object) -> None:
    """Note an item of ``a, b = base``; into how many it is taken apart is not known where there is a star."""
    if isinstance(number, int) and number >= 0 and taken.get(base, 1):
        taken[base] = max(taken.get(base, 0), number + 1)
    else:
        taken[base] = 0


def _numbered(evaluator: Evaluator, frame: Frame, op: flows.Item, value: object) -> Iterator[Reading]:
    if isinstance(value, int) and not isinstance(value, bool):
        held = evaluator.value(frame, op.key)
        at = held.at if isinstance(held, Lit) else None
        yield from _of(evaluator, frame, op.base, Read(Text(str(value), at), (), "place", at=at))


def _of(evaluator: Evaluator, frame: Frame, base: int, read: Read) -> Iterator[Reading]:
    """The read of one row of a statement, where the value can be nothing else."""
    found: list[Value] = [option for option in options(evaluator.value(frame, base)) if not is_none(option)]
    rows = [option for option in found if isinstance(option, Rows) and option.one and not (option.path or option.named)]
    plain = [one for one in rows if not (one.over or one.loose or one.framed) and text_of(one.chain)]
    if plain and len(plain) == len(found) and len({_text(option) for option in plain}) == 1:
        yield Reading(plain[0].chain, read)


def _text(rows: Rows) -> str:
    said = text_of(rows.chain)
    return said.text.value if said else ""
