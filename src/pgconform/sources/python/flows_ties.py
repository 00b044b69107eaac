"""What hangs together in a scope: the parts of one element of a loop, and what is made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pgconform.sources.python.flows import Call, Elem, Free, Item, Map, Op, Seq, Where
from pgconform.sources.python.flows_summary import operands

_LISTS = frozenset({"dict", "enumerate", "items", "keys", "list", "sorted", "tuple", "values", "zip"})


def listed_element(ops: Sequence[Op], number: int) -> int:
    """The element of a written list that an operation takes a part of, or -1."""
    while isinstance(ops[number], Item | Where):
        number = operands(ops[number])[0]
    op = ops[number]
    return number if isinstance(op, Elem) and _is_list(ops, op.base) else -1


def _is_list(ops: Sequence[Op], number: int) -> bool:
    op = ops[number]
    return isinstance(op, Seq | Map | Free) or (isinstance(op, Call) and op.name in _LISTS)


def hanging(ops: Sequence[Op], env: Mapping[str, int], root: int) -> list[str]:
    """The names whose values are made of that of ``root``, by name."""
    found = {root}
    for number in range(root + 1, len(ops)):
        if not found.isdisjoint(operands(ops[number])):
            found.add(number)
    return sorted(name for name, held in env.items() if held in found)
