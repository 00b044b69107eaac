"""Types as PostgREST's OpenAPI document writes them: `format_type()`'s names without their modifiers."""

from __future__ import annotations

import re

from pgconform.shape import Array, Scalar, Type, Unknown
from pgconform.support.patterns import deferred

_SPELLED = {
    "bigint": "int8",
    "bit": "bit",
    "bit varying": "varbit",
    "boolean": "bool",
    "character": "bpchar",
    "character varying": "varchar",
    "double precision": "float8",
    "int32": "int4",
    "int64": "int8",
    "integer": "int4",
    "real": "float4",
    "smallint": "int2",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
}
_PLAIN = frozenset(
    re.findall(
        r"\w+",
        "box bpchar bytea cidr circle date inet interval json jsonb jsonpath line lseg macaddr macaddr8 money numeric"
        " oid path point polygon text tsquery tsvector uuid xml"
        " int4range int8range numrange tsrange tstzrange daterange"
        " int4multirange int8multirange nummultirange tsmultirange tstzmultirange datemultirange",
    )
)
_EXTENSIONS = frozenset({"citext", "geography", "geometry", "halfvec", "hstore", "ltree", "sparsevec", "vector"})
_LIMITED = frozenset({"bpchar", "varchar"})
_SIZE = deferred(r"\((\d+(?:,\s*-?\d+)*)\)")


def type_of(written: str, longest: object = None) -> Type:
    """The type of that name; `Unknown` when it is one of the database's own, whose shape is not said."""
    if written.endswith("[]"):
        return Array(type_of(written.removesuffix("[]")), written)
    sized = _SIZE.search(written)
    bare = _SIZE.sub("", written).strip()
    size = tuple(int(part) for part in sized[1].split(",")) if sized else ()
    last = bare.rpartition(".")[2].strip('"')
    kind = _SPELLED.get(bare) or (bare if bare in _PLAIN else "") or (last if last in _EXTENSIONS else "")
    if not kind:
        return Unknown(written)
    if kind in _LIMITED and isinstance(longest, int):
        size = (longest,)
    return Scalar(kind, size, written)
