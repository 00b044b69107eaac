"""Types by the names that the server spells them with."""

from __future__ import annotations

from typing import Final

_SPELLED: Final = {
    "smallint": "int2",
    "integer": "int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8",
    "boolean": "bool",
    "character varying": "varchar",
    "character": "bpchar",
    '"char"': "char",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
    "bit varying": "varbit",
}
_PLAIN: Final = frozenset(
    {"bit", "bytea", "cidr", "circle", "date", "inet", "interval", "json", "jsonb", "line", "lseg", "macaddr", "name"}
    | {"macaddr8", "money", "numeric", "oid", "path", "point", "polygon", "text", "tsquery", "tsvector", "uuid", "xml"}
    | {"int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"}
)


def named_type(name: str) -> str:
    """The kind of a built-in type by its `format_type()` text; "" of another."""
    return _SPELLED.get(name, name if name in _PLAIN else "")
