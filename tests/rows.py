"""Rows of any relation: values of its columns as Postgres' text, drawn by hypothesis, rare ones included."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from pgconform.schema import Relation, Schema
from pgconform.shape import Array, Bounds, Field, Labels, Scalar, Struct, Type
from tests.wire.values import SCALARS

Text = SearchStrategy[str | None]
LETTERS: Final = st.characters(codec="utf-8", exclude_characters="\x00")
_WIDTHS: Final = {"int2": 15, "int4": 31, "int8": 63}
_PIECES: Final = {
    "timestamptz": "timestamptz",
    "timestamp": "timestamp",
    "date": "date",
    "time": "time",
    "timetz": "timetz",
    "interval": "interval",
}
_FAR: Final = re.compile(r"infinity|BC|24:00|^\d{5,}")
_QUOTED: Final = str.maketrans({'"': '\\"', "\\": "\\\\"})


class Drawing:
    """Draws values for one truth. ``far``: also values that drivers cannot decode.

    ``sendable``: only what an insert can send as JSON, where null is NULL, and NaN has no digits to count. In neither
    way are arrays of JSON arrays drawn, which `json_populate_record` takes for arrays of two dimensions, nor numbers of
    more digits than a float has in sized columns. The server that tests run on has no XML.
    """

    def __init__(self, truth: Schema, *, far: bool = True, sendable: bool = False) -> None:
        self.domains = {f"{item.schema}.{item.name}": item for item in truth.types if item.kind == "domain"}
        self.ranges = {item.name: item.type for item in truth.types if item.kind in ("range", "multirange")}
        self.far = far
        self.sendable = sendable

    def row(self, relation: Relation) -> SearchStrategy[tuple[str | None, ...]]:
        return st.tuples(*(self.column(field) for field in relation.fields))

    def column(self, field: Field) -> Text:
        if isinstance(field.type, Scalar) and field.type.kind == "xml":
            return st.none()
        value = self.value(field.type, field.bounds)
        return st.one_of(value, st.none()) if field.nullable is not False else value

    def value(self, kind: Type, bounds: Bounds | None = None) -> SearchStrategy[str]:
        match kind:
            case Labels(values=values):
                return st.sampled_from(values)
            case Array(of=of):
                return self._array(of, bounds)
            case Struct(fields=fields):
                parts = st.tuples(*(st.one_of(self.value(field.type), st.none()) for field in fields))
                return parts.map(lambda found: "(" + ",".join(map(_part, found)) + ")")
            case Scalar():
                return self._scalar(kind, bounds or self._of_domain(kind))
        raise AssertionError(f"no values for {kind}")

    def _of_domain(self, kind: Scalar) -> Bounds | None:
        domain = self.domains.get(kind.raw)
        return domain.bounds if domain else None

    def _array(self, of: Type, bounds: Bounds | None) -> SearchStrategy[str]:
        domain = self.domains.get(of.raw)
        nullable = domain is None or domain.nullable
        item: Text = self.value(of)
        if isinstance(of, Scalar) and of.kind in ("json", "jsonb"):
            item = item.filter(lambda text: text is not None and not text.startswith("["))
        most = bounds.max_length if bounds and bounds.max_length is not None else 3
        items = st.lists(st.one_of(item, st.none()) if nullable else item, max_size=most)
        return items.map(lambda found: "{" + ",".join(map(_element, found)) + "}")

    def _scalar(self, kind: Scalar, bounds: Bounds | None) -> SearchStrategy[str]:
        if bounds and bounds.labels:
            return st.sampled_from(bounds.labels)
        match kind.kind:
            case "int2" | "int4" | "int8":
                return _whole(_WIDTHS[kind.kind], bounds or Bounds()).map(str)
            case "numeric":
                return self._numeric(kind, bounds)
            case "float4" | "float8":
                low, high = _limit(bounds, "ge", "gt"), _limit(bounds, "le", "lt")
                plain = low is None and high is None
                numbers = st.floats(low, high, width=32, allow_nan=plain, allow_infinity=plain)
                return numbers.map(_unsigned_zero)
            case "text" | "varchar" | "bpchar" | "citext":
                return _text(kind, bounds or Bounds())
            case "bytea":
                return st.binary(max_size=8).map(lambda value: "\\x" + value.hex())
            case "uuid":
                return st.uuids().map(str)
            case name if name in _PIECES:
                return st.sampled_from([value for value in _listed(name) if self.far or not _FAR.search(value)])
        return self._other(kind)

    def _numeric(self, kind: Scalar, bounds: Bounds | None) -> SearchStrategy[str]:
        precision, scale = (*kind.size, 0)[:2] if kind.size else (30, 8)
        precision = min(precision, 15) if kind.size else precision
        low, high = _limit(bounds, "ge", "gt"), _limit(bounds, "le", "lt")
        least = -(10**precision) + 1 if low is None else int(Decimal(str(low)) * 10**scale)
        most = 10**precision - 1 if high is None else int(Decimal(str(high)) * 10**scale)
        plain = st.integers(least, most).map(lambda digits: f"{digits}e-{scale}")
        open_ = low is None and high is None and not self.sendable
        return st.one_of(plain, st.just("NaN")) if open_ else plain

    def _other(self, kind: Scalar) -> SearchStrategy[str]:
        if kind.kind in self.ranges and kind.kind not in SCALARS:
            of = self.ranges[kind.kind]
            bound = self.value(of).filter(lambda text: text not in ("nan", "inf", "-inf"))
            one = bound.map(lambda text: f'["{text}","{text}"]')
            return st.one_of(one.map(lambda text: "{" + text + "}"), st.just("{}")) if "multi" in kind.kind else one
        listed = [value for value in _listed(_sized(kind)) if not (self.sendable and value == "null")]
        return st.sampled_from(listed)


def _sized(kind: Scalar) -> str:
    if kind.kind in ("vector", "halfvec", "sparsevec"):
        return f"{kind.kind}(3)"
    if kind.kind == "bit":
        return "bit" if kind.size == (1,) else "bit(3)"
    return '"char"' if kind.kind == "char" else kind.kind


@cache
def _listed(name: str) -> tuple[str, ...]:
    more = {"bit": ("0", "1"), "int8multirange": ("{}",), "datemultirange": ("{[2024-01-01,2024-02-01)}",)}
    if name in more:
        return more[name]
    found = SCALARS[name]
    return (*found.usual, *found.rare)


def _limit(bounds: Bounds | None, closed: str, opened: str) -> float | None:
    said = bounds and (getattr(bounds, closed) or getattr(bounds, opened))
    if not said:
        return None
    step = 0 if getattr(bounds, closed) else 1
    return float(Decimal(said) + (step if opened == "gt" else -step))


def _unsigned_zero(value: float) -> str:
    """JSON's ``-0`` is a whole number to Python, which has no sign for it."""
    return repr(value or 0.0)


def _whole(bits: int, bounds: Bounds) -> SearchStrategy[int]:
    low, high = _limit(bounds, "ge", "gt"), _limit(bounds, "le", "lt")
    least, most = -(2**bits), 2**bits - 1
    return st.integers(least if low is None else int(low), most if high is None else int(high))


def _text(kind: Scalar, bounds: Bounds) -> SearchStrategy[str]:
    longest = min(kind.size[0] if kind.size else 12, bounds.max_length or 12)
    if bounds.pattern:
        found = st.from_regex(re.compile(bounds.pattern, re.ASCII), fullmatch=False)
        return found.filter(lambda text: "\x00" not in text and len(text) <= longest and not text.endswith("\n"))
    return st.text(LETTERS, min_size=bounds.min_length or 0, max_size=max(longest, bounds.min_length or 0))


def _element(value: str | None) -> str:
    return "NULL" if value is None else '"' + value.translate(_QUOTED) + '"'


def _part(value: str | None) -> str:
    return "" if value is None else '"' + value.translate(_QUOTED) + '"'
