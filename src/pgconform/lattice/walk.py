"""Fits of whole types: what the tables say of scalars, carried through labels, arrays, structs and unions."""

from __future__ import annotations

from functools import partial

from pgconform.lattice.arrays import array_fit
from pgconform.lattice.casts import TEXTS, cast
from pgconform.lattice.labels import labels_fit
from pgconform.lattice.scalars import arrive, scalar_fit, spelled, take
from pgconform.lattice.sides import is_python, kind_of, same
from pgconform.lattice.structs import struct_fit
from pgconform.lattice.table import Arrival
from pgconform.lattice.verdict import UNKNOWN, YES, Fit, Verdict, best, whole
from pgconform.schema import Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union, Unknown

_OBJECT = (Arrival(("object",)),)


def fits(source: Type, target: Type, transport: Transport) -> Fit:
    """How every value of ``source``, sent over ``transport``, fares as a ``target``."""
    match source, target:
        case (Unknown(), _) | (_, Unknown()):
            return UNKNOWN
        case Union(options=options), _:
            return _union(options, target, transport)
        case _ if same(source, target) and is_python(source) == is_python(target):
            return YES
    return _fits(source, target, transport)


def _fits(source: Type, target: Type, transport: Transport) -> Fit:
    parts = partial(_part, transport)
    match source:
        case Labels():
            return labels_fit(source, target, transport, parts)
        case Array():
            return array_fit(source, target, transport, parts)
        case Struct():
            return _struct(source, target, transport)
        case Scalar() if _between_columns(source, target, transport):
            return _as_stored(source, target, transport)
        case Scalar():
            return scalar_fit(source, target, transport)
    return UNKNOWN


def _part(transport: Transport, source: Type, target: Type) -> Fit:
    return fits(source, target, transport)


def _union(options: tuple[Type, ...], target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union) and set(options) <= set(target.options):
        return YES
    judged = [option for option in options if kind_of(option) != "py.none" or is_python(target)]
    return whole(fits(option, target, transport) for option in judged)


def _struct(source: Struct, target: Type, transport: Transport) -> Fit:
    if isinstance(target, Union):
        return best(_struct(source, option, transport) for option in target.options)
    if not is_python(source) and is_python(target) and transport not in (Transport.POSTGREST, Transport.SQL):
        return take("record" if transport is Transport.ASYNCPG else "record_text", target, transport)
    if isinstance(target, Struct):
        return struct_fit(source, target, is_python(target), partial(_part, transport))
    return arrive(_OBJECT, target, transport)


def _between_columns(source: Type, target: Type, transport: Transport) -> bool:
    """Neither side is a program; a set of labels is one's unless the two are compared inside the database."""
    stored = isinstance(target, Scalar) or transport is Transport.SQL
    return stored and not is_python(source) and not is_python(target)


def _as_stored(source: Scalar, target: Type, transport: Transport) -> Fit:
    """How values fare between two columns."""
    match target:
        case Scalar():
            return cast(source, target)
        case Union(options=options):
            return best(fits(source, option, transport) for option in options)
        case Labels() if source.kind in TEXTS:
            return Fit(Verdict.SOME, "hello", "it is none of the labels")
    return Fit(Verdict.NO, reason=f"{spelled(source)} is stored otherwise")
