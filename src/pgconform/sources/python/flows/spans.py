"""What branches and rounds of loops do: spans of operations, each from its first number to the one after its last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pgconform.sources.python.flows.operations import Either, Op

Spans: TypeAlias = tuple[tuple[int, int], ...]


def paired(bounds: Sequence[int]) -> list[tuple[int, int]]:
    return list(zip(bounds[::2], bounds[1::2], strict=True))


def beside(number: int, spans: Sequence[tuple[int, int]]) -> Spans:
    """What only other branches do than that of the number."""
    first, last = spans[number]
    found: list[tuple[int, int]] = []
    for start, end in spans:
        found += [(start, min(end, first)), (max(start, last), end)] if first < last else [(start, end)]
    return tuple([(start, end) for start, end in found if start < end])


def rounds(ops: Sequence[Op], met: Sequence[tuple[int, ...]]) -> Spans:
    """What the rounds of each loop do; ``met`` is as in `pgconform.sources.python.flows.heads.Scope`."""
    ends = ((ops[first], paired(bounds)) for first, last, *bounds in met if first < last)
    return tuple([spans[-1] for op, spans in ends if isinstance(op, Either) and op.earlier != -1 and spans])
