"""The limits of a column as arguments of ``Field``: of its type's size and of the CHECKs that could be read."""

from __future__ import annotations

from pgconform.constraints.regexes import portable
from pgconform.generate.layout import string
from pgconform.shape import WIDTHS, Array, Bounds, Scalar, Type
from pgconform.support.patterns import deferred

_NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_TEXTS = frozenset({"text", "varchar", "bpchar", "citext"})
_COUNTED = frozenset({"varchar", "bpchar"})
NUMBER = deferred(r"-?\d+(\.\d+)?")


def limits(kind: Type, bounds: Bounds | None) -> list[str]:
    """The arguments, in the order of Pydantic's documentation."""
    said = bounds or Bounds()
    match kind:
        case Scalar(kind=name) if name in _NUMBERS:
            return _of_number(kind, said)
        case Scalar(kind=name) if name in _TEXTS:
            return _of_text(kind, said)
        case Array():
            return _lengths(said.min_length, said.max_length)
    return []


def _of_number(kind: Scalar, said: Bounds) -> list[str]:
    found = [
        f"{name}={value}" for name in ("gt", "ge", "lt", "le") if (value := _number(getattr(said, name), kind.kind))
    ]
    if kind.kind == "numeric" and kind.size:
        precision, scale = (*kind.size, 0)[:2]
        if 0 <= scale <= precision:
            found += [f"max_digits={precision}", f"decimal_places={scale}"]
    return found


def _number(text: str | None, kind: str) -> str:
    if text is None or not NUMBER.fullmatch(text):
        return ""
    if "." not in text:
        return text
    return "" if kind in WIDTHS else f'Decimal("{text}")' if kind == "numeric" else text


def _of_text(kind: Scalar, said: Bounds) -> list[str]:
    longest = said.max_length
    if kind.kind in _COUNTED and kind.size:
        longest = kind.size[0] if longest is None else min(longest, kind.size[0])
    pattern = portable(said.pattern) if said.pattern else None
    return [*_lengths(said.min_length, longest), *([f"pattern={string(pattern)}"] if pattern else [])]


def _lengths(least: int | None, most: int | None) -> list[str]:
    low = [] if least is None else [f"min_length={least}"]
    return low if most is None else [*low, f"max_length={most}"]
