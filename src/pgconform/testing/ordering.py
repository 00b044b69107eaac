"""How values compare, as far as that is the same in every database."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from functools import cmp_to_key
from typing import Any

from pgconform.shape import Labels, Scalar, Type
from pgconform.testing.errors import Unsupported
from pgconform.testing.values import TEXTS


def compare(one: Any, other: Any, type_: Type, collation: str = "") -> int:
    """-1, 0 or 1. How texts sort is for the database to say: without ``collation`` "C", only the plainest do."""
    if one == other:
        return 0
    if isinstance(type_, Labels):
        places = {label: place for place, label in enumerate(type_.values)}
        return _sign(places[one], places[other])
    if isinstance(one, str) and isinstance(type_, Scalar) and type_.kind in TEXTS and collation != "C":
        for text in (one, other):
            if not (text.isascii() and text.isalnum() and text == text.lower()):
                raise Unsupported(
                    f"how {text!r} sorts is for the database's collation to say: give the double  collation='C'"
                    " if yours is that, or sort by something else"
                )
    if not _orderable(one) or not _orderable(other):
        raise Unsupported(f"values of type {type_.raw} have no order in the double")
    return _sign(one, other)


def _orderable(value: Any) -> bool:
    return isinstance(value, str | int | float | Decimal | bool | datetime.date)


def _sign(one: Any, other: Any) -> int:
    return int(one > other) - int(one < other)


def key(type_: Type, collation: str) -> Callable[[Any], Any]:
    """A sort key."""
    return cmp_to_key(lambda one, other: compare(one, other, type_, collation))
