"""Compatibility of types: one function, one ordered verdict, a table for each transport."""

from __future__ import annotations

import enum

from pgconform.schema import Transport
from pgconform.shape import Type, Value


class Verdict(enum.IntEnum):
    """How values of one type fare as another, best first: the worst of parts is `max`, the best option `min`."""

    YES = 0
    UNKNOWN = 1
    SOME = 2
    LOSSY = 3
    NO = 4


class Fit(Value, frozen=True, eq=False, omit_defaults=True):
    """A verdict with its proof: ``witness`` is a value that is refused or changed, ``reason`` says how."""

    verdict: Verdict
    witness: str = ""
    reason: str = ""
    rare: bool = False


def fits(source: Type, target: Type, transport: Transport) -> Fit:
    """How every value of ``source``, sent over ``transport``, fares as a ``target``."""
    return Fit(Verdict.UNKNOWN, reason=f"no table for {transport}: {source} as {target}")
