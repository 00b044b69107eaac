"""Fits of scalars: the forms in which values come, held against what the target takes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pgconform.lattice import postgres, python
from pgconform.lattice.forms import DROPPED, KIN, LOST, SAID, UNDECODABLE, WITNESS, arriving, numeric
from pgconform.lattice.sides import is_python
from pgconform.lattice.table import REFUSED, Arrival, Cell
from pgconform.lattice.verdict import UNKNOWN, YES, Fit, Verdict, best, rarely, whole
from pgconform.schema import Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union

_KEPT = ("clamped", "py.pg_timestamptz")
_ROWS = frozenset({"record", "tuple", "multirange_list", "multirange_object"})


def scalar_fit(source: Scalar, target: Type, transport: Transport) -> Fit:
    """How every value of a scalar fares over the transport."""
    if isinstance(target, Scalar):
        return _between(source.kind, source.size, target.kind, target.raw, transport)
    return arrive(_arrivals(source, transport), target, transport)


@cache
def _between(source: str, size: tuple[int, ...], target: str, raw: str, transport: Transport) -> Fit:
    return arrive(_arrivals(Scalar(source, size), transport), Scalar(target, raw=raw), transport)


def _arrivals(source: Scalar, transport: Transport) -> tuple[Arrival, ...] | None:
    if is_python(source):
        return python.sending(transport).get(source.kind)
    if source.kind == "bit" and source.size == (1,) and transport is not Transport.ASYNCPG:
        return (Arrival(("bit",)),)
    if source.kind == "numeric":
        return numeric(source.size, transport)
    return arriving(transport).get(source.kind)


def arrive(coming: tuple[Arrival, ...] | None, target: Type, transport: Transport) -> Fit:
    """How values that come in those forms fare; None: it is not known how they come."""
    if isinstance(target, Scalar) and target.kind == "py.any" and coming is None:
        return YES
    if coming is None:
        return UNKNOWN
    return whole(fit for arrival in coming for fit in _alternatives(arrival, target, transport))


def _alternatives(arrival: Arrival, target: Type, transport: Transport) -> Iterator[Fit]:
    found = [take(form, target, transport) for form in arrival.forms]
    taken = len(found) > 1 and any(fit.verdict is Verdict.YES or fit.rare for fit in found)
    for fit in found:
        yield rarely(fit) if arrival.rare or taken else fit


def take(form: str, target: Type, transport: Transport) -> Fit:
    """How values of one form fare."""
    if form in UNDECODABLE:
        return Fit(Verdict.NO, WITNESS[form], SAID[form])
    match target:
        case Union(options=options):
            return best(take(form, option, transport) for option in options)
        case Labels():
            meant = form in ("text", "opaque")
            return Fit(Verdict.SOME if meant else Verdict.NO, WITNESS[form], "it is none of the labels", rare=meant)
        case Array() if form in _ROWS:
            return UNKNOWN
        case Array():
            return _narrow(form, "array", "its items may be of another type")
        case Struct():
            return _narrow(form, "object", "it may have other keys")
        case Scalar():
            return _scalar(form, target, transport)
    return UNKNOWN


def _narrow(form: str, wanted: str, why: str) -> Fit:
    if form == wanted:
        return Fit(Verdict.SOME, WITNESS[form], why, rare=True)
    return Fit(Verdict.NO, WITNESS[form], f"it is no {wanted}")


def _scalar(form: str, target: Scalar, transport: Transport) -> Fit:
    table = python.taking() if is_python(target) else postgres.taking(transport)
    row = table.get(target.kind)
    if row is None:
        return UNKNOWN
    cell = row.get(form) or row.get(KIN.get(form, "")) or row.get("*") or REFUSED
    if form == "own_text" and not is_python(target):
        return YES
    if form in LOST and cell.verdict is Verdict.YES and (form, target.kind) != _KEPT:
        cell = Cell(Verdict.LOSSY)
    if cell.verdict in (Verdict.YES, Verdict.UNKNOWN):
        return Fit(cell.verdict)
    witness = cell.witness or WITNESS[form]
    return Fit(cell.verdict, witness, _reason(form, cell.verdict, target, witness), cell.rare)


def _reason(form: str, verdict: Verdict, target: Scalar, witness: str) -> str:
    name = spelled(target)
    if verdict is Verdict.LOSSY:
        return DROPPED.get(target.kind) or SAID.get(form) or f"{name} takes {witness} for something else"
    return SAID["iso_negative"] if form == "iso_negative" else f"{name} refuses {witness}"


def spelled(kind: Scalar) -> str:
    """The kind as a person writes it."""
    return kind.raw or kind.kind.removeprefix("py.").removeprefix("pg_")
