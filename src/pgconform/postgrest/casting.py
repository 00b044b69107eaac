"""Casts as ``select`` may ask for them: which type a name means, and what can be cast to it."""

from __future__ import annotations

from typing import Final

from pgconform.pairs.world import World
from pgconform.postgrest.builtin import REGISTERED, TYPES
from pgconform.postgrest.comparing import TEXTUAL
from pgconform.schema import NamedType
from pgconform.shape import Array, Labels, Scalar, Struct, Type, Unknown

SPELLINGS: Final = {
    "int": "int4",
    "integer": "int4",
    "bigint": "int8",
    "smallint": "int2",
    "real": "float4",
    "float": "float8",
    "double precision": "float8",
    "decimal": "numeric",
    "dec": "numeric",
    "boolean": "bool",
    "char": "bpchar",
    "character": "bpchar",
    "nchar": "bpchar",
    "national character": "bpchar",
    "national char": "bpchar",
    "character varying": "varchar",
    "char varying": "varchar",
    "national character varying": "varchar",
    "bit varying": "varbit",
    "timestamp with time zone": "timestamptz",
    "timestamp without time zone": "timestamp",
    "time with time zone": "timetz",
    "time without time zone": "time",
}
_NUMBERS = "int2 int4 int8 float4 float8 numeric"
_REGISTERED = " ".join(REGISTERED)
_CASTS: Final = {
    "bit": "varbit int4 int8",
    "bool": "int4",
    "box": "circle lseg point polygon",
    "cidr": "inet",
    "circle": "box point polygon",
    "date": "timestamp timestamptz",
    "float4": _NUMBERS,
    "float8": _NUMBERS,
    "inet": "cidr",
    "int2": f"{_NUMBERS} oid {_REGISTERED}",
    "int4": f"{_NUMBERS} bit bool char money oid {_REGISTERED}",
    "int8": f"{_NUMBERS} bit money oid {_REGISTERED}",
    "interval": "time",
    "json": "jsonb",
    "jsonb": f"json bool {_NUMBERS}",
    "lseg": "point",
    "macaddr": "macaddr8",
    "macaddr8": "macaddr",
    "money": "numeric",
    "numeric": f"{_NUMBERS} money",
    "oid": f"int4 int8 {_REGISTERED}",
    "path": "polygon",
    "point": "box",
    "polygon": "box circle path point",
    **dict.fromkeys(REGISTERED, "int4 int8 oid"),
    "regoper": "int4 int8 oid regoperator",
    "regoperator": "int4 int8 oid regoper",
    "regproc": "int4 int8 oid regprocedure",
    "regprocedure": "int4 int8 oid regproc",
    "time": "interval timetz",
    "timestamp": "date time timestamptz",
    "timestamptz": "date time timestamp timetz",
    "timetz": "time",
    "varbit": "bit",
    "xid8": "xid",
    **{f"{of}range": f"{of}multirange" for of in ("int4", "int8", "num", "ts", "tstz", "date")},
    **dict.fromkeys(("uuid", "xml", "tsvector", "tsquery", "line", "jsonpath", "xid", "cid", "tid"), ""),
}
_OF_SOME_VERSIONS = frozenset({"bytea", "char"})
_OF_A_CAST: Final = 3
"""The most arguments of a function that makes a cast: the value, its type's length, and whether it was asked for."""
_PRINTED = TEXTUAL - {"char"}


def target(name: str, world: World, path: tuple[str, ...]) -> Type | None:
    """The type a cast names, `Unknown` where it cannot be told, None where there is none of that name."""
    folded = " ".join(name.lower().split())
    base = SPELLINGS.get(folded, folded)
    if base in TYPES:
        return Scalar(base, raw=base)
    if base.startswith("_") and (element := target(base[1:], world, path)) is not None:
        return Array(element) if not isinstance(element, Unknown) else Unknown(base)
    if " " in folded:
        return Unknown(base)
    named = [item for item in world.truth.types if item.name == base]
    return _named(named, path) if named else _relation(base, world)


def _named(named: list[NamedType], path: tuple[str, ...]) -> Type:
    inside = next((item for schema in path for item in named if item.schema == schema), None)
    if inside is not None and inside.kind in ("range", "multirange"):
        return Scalar(inside.name, raw=inside.qualified)
    return inside.type if inside and inside.kind != "base" else Unknown(named[0].name)


def _relation(name: str, world: World) -> Type | None:
    return Unknown(name) if world.homes(name) else None


def castable(source: Type, to: Type) -> bool | None:
    """Whether ``CAST(source AS to)`` exists; None is not known."""
    if isinstance(source, Unknown) or isinstance(to, Unknown):
        return None
    if isinstance(to, Scalar) and to.kind in _PRINTED:
        return True
    match source, to:
        case Scalar(kind=kind), _ if kind in _PRINTED:
            return True
        case Array(of=one), Array(of=other):
            return castable(one, other)
        case Scalar(kind=one), Scalar(kind=other):
            return one == other or _listed(one, other)
        case Labels(values=one_set), Labels(values=other_set):
            return True if one_set == other_set else None
        case (Array(), Scalar(kind=kind)) | (Scalar(kind=kind), Array()) if kind in _CASTS:
            return False
        case _:
            return None


def _listed(one: str, other: str) -> bool | None:
    if one not in _CASTS:
        return None
    return other in _CASTS[one].split() or (None if other in _OF_SOME_VERSIONS else False)


def made_by_hand(source: Type, to: Type, world: World) -> bool | None:
    """Whether a cast of or to an enum or composite can exist: only if some function makes the one of the other."""
    named = isinstance(source, Labels | Struct), isinstance(to, Labels | Struct)
    if not any(named) or not isinstance(to if named[0] else source, Scalar | Array):
        return None
    if isinstance(source, Scalar) and source.kind not in TYPES:
        return None
    makers = (item for item in world.truth.functions if 0 < len(item.arguments) <= _OF_A_CAST)
    made = (item.arguments[0].type.raw == source.raw and item.returns.raw in ("", to.raw) for item in makers)
    return None if any(made) else False
