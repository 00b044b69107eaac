"""Types with a name of their own: enums, domains, composites, ranges and the base types extensions bring."""

from __future__ import annotations

from pgconform.schema import NamedType
from pgconform.shape import Type, Unknown
from pgconform.sources.postgres.index import TYPE, Index
from pgconform.sources.postgres.rows import TypeRow

_KINDS = {"e": "enum", "d": "domain", "c": "composite", "r": "range", "m": "multirange", "b": "base"}
_BUILT_IN = frozenset({"pg_catalog", "information_schema"})


def named_types(index: Index) -> tuple[NamedType, ...]:
    rows = (row for row in index.types.rows.values() if row.schema not in _BUILT_IN and not row.element)
    found = [_named(row, index) for row in rows if row.kind in _KINDS]
    return tuple(sorted(found, key=lambda named: (named.schema, named.name)))


def _named(row: TypeRow, index: Index) -> NamedType:
    domain = index.domains.get(row.oid)
    return NamedType(
        name=row.name,
        schema=row.schema,
        kind=_KINDS[row.kind],
        type=_behind(row, index),
        nullable=domain.nullable,
        default=domain.default,
        bounds=domain.bounds,
        checks=domain.checks,
        extension=index.extensions.get((TYPE, row.oid), ""),
        comment=index.comment(TYPE, row.oid),
    )


def _behind(row: TypeRow, index: Index) -> Type:
    match row.kind:
        case "d":
            return index.types.resolve(row.base, row.base_modifier, row.base_text)
        case "r" | "m":
            return index.types.resolve(row.subtype) if row.subtype else Unknown(row.text)
        case _:
            return index.types.resolve(row.oid)
