"""Fits of arrays: item by item, with the NULL and the dimensions that Postgres cannot keep out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pgconform.lattice.scalars import arrive, take
from pgconform.lattice.sides import is_python, kind_of
from pgconform.lattice.table import Arrival
from pgconform.lattice.verdict import YES, Fit, Verdict, all_of, best
from pgconform.schema import Transport
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Union

Fits: TypeAlias = Callable[[Type, Type], Fit]
_LIST = (Arrival(("array",)),)
_ANY = Scalar("py.any")
_TEXT_ELEMENTS = frozenset(
    {"citext", "hstore", "vector", "halfvec", "sparsevec", "ltree", "lquery", "ltxtquery", "cube", "seg"}
)
_KNOWN_TO_SQLALCHEMY = frozenset({"citext", "hstore"})
_CHARACTERS = Fit(Verdict.LOSSY, "{Hello}", "SQLAlchemy takes the array's text, which psycopg gives it, for a list")
_NULL_ELEMENT = Fit(Verdict.SOME, "null", "an array of Postgres may hold NULL", rare=True)
_DEEPER = Fit(Verdict.SOME, "[[null]]", "an array of Postgres may have more dimensions than its column says", rare=True)

_UNREAD = Fit(Verdict.SOME, "[[null]]", "SQLAlchemy fails on an array of arrays of labels", rare=True)


def array_fit(source: Array, target: Type, transport: Transport, fits: Fits) -> Fit:
    """How every array fares: its items, a NULL among them, and the driver that may not know what they are."""
    fit = _array_fit(source, target, transport, fits)
    labels = transport is Transport.SQLALCHEMY and isinstance(source.of, Labels)
    return _UNREAD if labels and fit.verdict is Verdict.YES and not is_python(source) and is_python(target) else fit


def _array_fit(source: Array, target: Type, transport: Transport, fits: Fits) -> Fit:
    if isinstance(target, Union):
        return best(_array_fit(source, option, transport, fits) for option in target.options)
    stored = not is_python(source)
    if stored and transport is Transport.SQLALCHEMY and _comes_in_characters(source.of):
        listed = arrive(_LIST, target, transport)
        return listed if listed.verdict is Verdict.NO else _CHARACTERS
    if stored and _comes_as_text(source.of, transport) and not (is_python(target) and "FromText" in target.raw):
        return take("array_text", target, transport)
    if isinstance(target, Scalar) and target.kind == "py.json_value":
        return fits(source.of, target)
    if not isinstance(target, Array):
        fit = arrive(_LIST, target, transport)
        return all_of((fit, fits(source.of, _ANY))) if fit.verdict is Verdict.YES and stored else fit
    items = _items(source, target, fits)
    if items.verdict is Verdict.NO or not (stored and is_python(target)):
        return items
    return all_of((items, _nulls(target, transport), _deeper(target, items, transport)))


def _items(source: Array, target: Array, fits: Fits) -> Fit:
    fit = fits(source.of, target.of)
    if fit.verdict is Verdict.YES:
        return fit
    deeper = [target.of] if isinstance(target.of, Array) else []
    return best((fit, *(fits(source, option) for option in deeper)))


def _nulls(target: Array, transport: Transport) -> Fit:
    return YES if take("null", target.of, transport).verdict is Verdict.YES else _NULL_ELEMENT


def _deeper(target: Array, items: Fit, transport: Transport) -> Fit:
    """The elements are arrays themselves; of elements that are not known nothing is."""
    known = items.verdict is Verdict.YES
    return _DEEPER if known and take("array", target.of, transport).verdict is Verdict.NO else YES


def _comes_as_text(of: Type, transport: Transport) -> bool:
    """The driver does not know the elements' type, and gives the array's text."""
    kind = kind_of(of)
    match transport:
        case Transport.PSYCOPG:
            return isinstance(of, Labels | Struct) or kind in _TEXT_ELEMENTS or "." in of.raw
        case Transport.SQLALCHEMY:
            return isinstance(of, Struct) or kind in _TEXT_ELEMENTS - _KNOWN_TO_SQLALCHEMY
    return False


def _comes_in_characters(of: Type) -> bool:
    """SQLAlchemy knows the elements' type, psycopg does not: citext and every domain over a scalar."""
    kind = kind_of(of)
    return kind == "citext" or bool(kind and "." in of.raw and of.raw.rpartition(".")[2].strip('"') != kind)
