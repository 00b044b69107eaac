"""What a type modifier means: the numbers in the parentheses of a type."""

from __future__ import annotations

import re

from pgconform.support.patterns import deferred

_HEADER = 4
_NO_PRECISION = 0xFFFF
_ARGUMENTS = deferred(r"\(([^()]*)\)")
_GEOMETRIES = tuple(
    re.findall(
        r"\w+",
        "Geometry Point LineString Polygon MultiPoint MultiLineString MultiPolygon GeometryCollection CircularString"
        " CompoundCurve CurvePolygon MultiCurve MultiSurface PolyhedralSurface Triangle Tin",
    )
)
_LOWER = [name.lower() for name in _GEOMETRIES]
_DIMENSIONS = 1000
_PACKED = 1_000_000


def size(kind: str, modifier: int, text: str) -> tuple[int, ...]:
    """The decoded modifier: (length,), (precision, scale), (dimensions,) or (geometry, srid); () when there is none."""
    if modifier < 0:
        return ()
    match kind:
        case "varchar" | "bpchar":
            return (modifier - _HEADER,)
        case "numeric":
            return _numeric(modifier - _HEADER)
        case "bit" | "varbit" | "timestamp" | "timestamptz" | "time" | "timetz":
            return (modifier,)
        case "interval":
            precision = modifier & _NO_PRECISION
            return () if precision == _NO_PRECISION else (precision,)
        case "geometry" | "geography":
            return _geometry(text)
        case _:
            return _said(text)


def _numeric(packed: int) -> tuple[int, int]:
    return (packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024


def _said(text: str) -> tuple[int, ...]:
    found = _ARGUMENTS.search(text)
    parts = found[1].split(",") if found else []
    return tuple(int(part) for part in parts if part.strip().isdecimal())


def _geometry(text: str) -> tuple[int, ...]:
    """(kind, srid), kinds as PostGIS numbers them; 1000 is added for Z, 2000 for M, 3000 for both."""
    found = _ARGUMENTS.search(text)
    if not found:
        return ()
    name, _, srid = found[1].lower().partition(",")
    flat = name if name in _LOWER else name.rstrip("zm")
    kind = _LOWER.index(flat) if flat in _LOWER else 0
    extra = _DIMENSIONS * (("z" in name[len(flat) :]) + 2 * ("m" in name[len(flat) :]))
    return kind + extra, int(srid) if srid.strip().isdecimal() else 0


def spelled(text: str) -> str:
    """The type's text as PostGIS spells it, where a stand-in for PostGIS packed kind and srid into one number."""
    name, _, packed = text.partition("(")
    kind, srid = divmod(int(packed.rstrip(")[]")), _PACKED)
    return f"{name}({_GEOMETRIES[kind - 1]},{srid})" + "[]" * text.endswith("[]")
