"""What branches and rounds of loops do: spans of operations, each from its first number to the one after its last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec.structs import replace

from pgconform.sources.python.flows.operations import Either, Op, Where

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


def asking(ops: Sequence[Op], met: Sequence[tuple[int, ...]]) -> dict[tuple[int, int], Where]:
    """The branches that are entered wherever something has a key, by what they do, with that test."""
    pairs = (paired(item[2:]) for item in met if len(item) == _TWO_BRANCHES)
    beside = ((one, ops[one[0]], ops[other[0]]) for two in pairs for one, other in (two, two[::-1]))
    return {span: test for span, test, other in beside if isinstance(test, Where) and _is_had(test, other)}


_TWO_BRANCHES = 6
"""How long what is said of two branches that meet is."""


def _is_had(test: Where, other: Op) -> bool:
    """Where the test came out so, something has a key; the other is the same where it has it not."""
    return test.kind == "has" and test.holds and other == replace(test, holds=False)
