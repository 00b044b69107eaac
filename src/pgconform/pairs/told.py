"""How a type that a document tells compares with the column's: both are names, and some names are nearly one."""

from __future__ import annotations

from pgconform.lattice import Fit, Verdict
from pgconform.shape import Array, Labels, Scalar, Type, Unknown

_KIN = (
    frozenset({"text", "varchar", "bpchar", "citext", "name"}),
    frozenset({"int2", "int4", "int8"}),
    frozenset({"float4", "float8", "numeric", "money"}),
    frozenset({"timestamp", "timestamptz", "date"}),
    frozenset({"time", "timetz"}),
    frozenset({"json", "jsonb"}),
)


def told_fit(truth: Type, told: Type) -> Fit:
    """YES for the same type, SOME for its near kin (rare: of no consequence to a reader), NO for another."""
    if isinstance(truth, Unknown) or isinstance(told, Unknown):
        return Fit(Verdict.UNKNOWN)
    if isinstance(truth, Array) and isinstance(told, Array):
        return told_fit(truth.of, told.of)
    if isinstance(truth, Array) != isinstance(told, Array):
        return Fit(Verdict.NO)
    if isinstance(truth, Scalar) and isinstance(told, Scalar):
        return _scalars(truth, told)
    texts = [
        one for one in (truth, told) if isinstance(one, Labels) or (isinstance(one, Scalar) and one.kind in _KIN[0])
    ]
    return Fit(Verdict.YES) if len(texts) == 2 else Fit(Verdict.UNKNOWN)


def _scalars(truth: Scalar, told: Scalar) -> Fit:
    if truth.kind == told.kind:
        return Fit(Verdict.YES) if not (truth.size and told.size and truth.size != told.size) else Fit(Verdict.SOME)
    if any(truth.kind in kin and told.kind in kin for kin in _KIN):
        return Fit(Verdict.SOME, rare=True)
    return Fit(Verdict.UNKNOWN) if told.kind.startswith("py.") else Fit(Verdict.NO)
