"""Fits of closed sets of texts: known value by known value."""

from __future__ import annotations

from collections.abc import Callable

from pgconform.lattice.casts import TEXTS, cast
from pgconform.lattice.scalars import spelled, take
from pgconform.lattice.sides import is_python
from pgconform.lattice.verdict import YES, Fit, Verdict, best, whole
from pgconform.schema import Transport
from pgconform.shape import Labels, Scalar, Type, Union

_NUMBERS = frozenset({"py.int", "py.float", "py.decimal", "int2", "int4", "int8", "numeric"})


def labels_fit(source: Labels, target: Type, transport: Transport, fits: Callable[[Type, Type], Fit]) -> Fit:
    """How a closed set of texts fares: known value by known value."""
    match target:
        case Union(options=options):
            return best(fits(source, option) for option in options)
        case Labels(values=values):
            missing = [value for value in source.values if value not in values]
            return whole(_missing(value) if value in missing else YES for value in source.values)
        case Scalar() if not is_python(target) and transport is Transport.SQL:
            return YES if target.kind in TEXTS else cast(Scalar("text"), target)
        case Scalar():
            return _texts(source, target, transport)
    return Fit(Verdict.NO, source.values[0] if source.values else "", "it is a text")


def _missing(value: str) -> Fit:
    return Fit(Verdict.NO, value, f"{value!r} is none of the labels")


def _texts(source: Labels, target: Scalar, transport: Transport) -> Fit:
    fit = take("text", target, transport)
    if fit.verdict is not Verdict.SOME:
        return fit
    parts = [
        YES if target.kind in _NUMBERS and value.lstrip("-").isdigit() else Fit(Verdict.NO, value)
        for value in source.values
    ]
    fit = whole(parts)
    return Fit(fit.verdict, fit.witness, f"{spelled(target)} refuses {fit.witness}") if fit != YES else YES
