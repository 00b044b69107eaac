"""How a type that a document tells compares with the column's: both are names, and some names are nearly one."""

from __future__ import annotations

from pgconform.lattice import Fit, Verdict
from pgconform.shape import JSONS, Array, Labels, Scalar, Type, Unknown

_KIN = (
    frozenset({"text", "varchar", "bpchar", "citext", "name"}),
    frozenset({"int2", "int4", "int8"}),
    frozenset({"float4", "float8", "numeric", "money"}),
    frozenset({"timestamp", "timestamptz", "date"}),
    frozenset({"time", "timetz"}),
    JSONS,
)
_NUMBERS = frozenset({"int2", "int4", "int8", "float4", "float8", "numeric", "money"})
_TEXTS = _KIN[0] | {"uuid", "labels"}
_TIMES = frozenset({"timestamp", "timestamptz", "date", "time", "timetz"})
_AGAINST: dict[str, frozenset[str]] = {
    "py.str": (_NUMBERS - {"int8", "numeric", "money"}) | {"bool"},
    "py.float": _TEXTS | _TIMES | {"bool", "json", "jsonb", "bytea"},
    "py.number": _TEXTS | _TIMES | {"bool", "json", "jsonb", "bytea"},
    "py.datetime": _TEXTS | _NUMBERS | {"bool", "json", "jsonb", "bytea"},
    "py.dict": _NUMBERS | _TIMES | {"bool", "uuid"},
    "py.list": _NUMBERS | _TIMES | {"bool", "uuid"},
}
"""What a word that is no type of Postgres cannot mean."""


def told_fit(truth: Type, told: Type) -> Fit:
    """YES for the same type, SOME for its near kin (rare: of no consequence to a reader), NO for another."""
    if isinstance(truth, Unknown) or isinstance(told, Unknown):
        return Fit(Verdict.UNKNOWN)
    if isinstance(told, Scalar) and told.kind.startswith("py."):
        return _loose(truth, told)
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
    return Fit(Verdict.NO)


def _loose(truth: Type, told: Scalar) -> Fit:
    """A word such as string or number is wrong only where it can mean nothing that the column holds."""
    kind = truth.kind if isinstance(truth, Scalar) else "labels" if isinstance(truth, Labels) else ""
    return Fit(Verdict.NO) if kind in _AGAINST.get(told.kind, frozenset()) else Fit(Verdict.UNKNOWN)
