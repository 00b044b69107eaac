"""Verdicts on compatibility, and how they add up."""

from __future__ import annotations

import enum
from collections.abc import Iterable

import msgspec

from pgconform.shape import Value


class Verdict(enum.IntEnum):
    """How values of one type fare as another, best first: the worst of parts is `max`, the best option `min`."""

    YES = 0
    UNKNOWN = 1
    SOME = 2
    LOSSY = 3
    NO = 4


class Fit(Value, frozen=True, eq=False, omit_defaults=True):
    """A verdict with its proof: ``witness`` is a value that is refused or changed, ``reason`` says how.

    ``rare``: only values that few databases hold fare badly, or the target narrows an open type on purpose.
    """

    verdict: Verdict
    witness: str = ""
    reason: str = ""
    rare: bool = False


YES = Fit(Verdict.YES)
UNKNOWN = Fit(Verdict.UNKNOWN)


def weight(fit: Fit) -> tuple[bool, int]:
    """What is not rare weighs more than what is, whatever the verdicts."""
    return (fit.verdict is not Verdict.YES and not fit.rare, fit.verdict)


def best(fits: Iterable[Fit]) -> Fit:
    """The fit of a choice: that of its kindest option; without options nothing fits."""
    return min(fits, key=lambda fit: (fit.verdict, not fit.rare), default=Fit(Verdict.NO))


def rarely(fit: Fit) -> Fit:
    return fit if fit.verdict is Verdict.YES else msgspec.structs.replace(fit, rare=True)


def whole(parts: Iterable[Fit]) -> Fit:
    """The fit of a set of values from those of its parts: NO only where every part is refused."""
    found = tuple(parts)
    if found and all(fit.verdict is Verdict.NO for fit in found):
        return msgspec.structs.replace(max(found, key=weight), rare=False)
    return max((_partly(fit) for fit in found), key=weight, default=YES)


def _partly(fit: Fit) -> Fit:
    return msgspec.structs.replace(fit, verdict=Verdict.SOME) if fit.verdict is Verdict.NO else fit


def all_of(parts: Iterable[Fit]) -> Fit:
    """The fit of something made of parts that must all fit: the worst of them."""
    return max(parts, key=weight, default=YES)
