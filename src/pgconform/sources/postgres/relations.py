"""Tables and their columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from pgconform.infer import merged
from pgconform.schema import Relation, Writable
from pgconform.shape import Field
from pgconform.sources.postgres import constraints as parts
from pgconform.sources.postgres.catalogue import Row
from pgconform.sources.postgres.domains import Domain
from pgconform.sources.postgres.fills import may_fill
from pgconform.sources.postgres.index import CLASS, Index

_KINDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view", "f": "foreign table"}
_IDENTITY = {"": "", "a": "always", "d": "by default"}
_GENERATED = {"": "", "s": "stored", "v": "virtual"}
_UPDATE, _INSERT, _DELETE = 4, 8, 16
_NOT_WRITABLE = Writable(False, False, False)
_NO_NAMES: Mapping[int, str] = {}


def relation(row: Row, index: Index) -> Relation:
    """A relation but for what a view takes from others."""
    oid, schema, name, kind, _, _, row_security, parent, definition, updatable, options, _ = row
    if parent:
        return _partition(row, index)
    rows = index.columns.get(oid, [])
    own = index.constraints.get(oid, ())
    names = {column[1]: column[2] for column in rows} if oid in index.keys or own else _NO_NAMES
    limits = _limits(rows, own, names, index)
    return Relation(
        name=name,
        schema=schema,
        kind=_KINDS[kind],
        fields=_fields(oid, rows, limits, index),
        keys=parts.keys(index.keys.get(oid, ()), names),
        links=parts.links(own, names, index),
        checks=limits.checks,
        writable=_writable(kind, updatable),
        row_security=row_security if kind in "rp" else None,
        policies=parts.policies(index.policies.get(oid, ())),
        triggers=parts.triggers(index.triggers.get(oid, ())),
        definition=(definition or "").strip(),
        options=tuple(sorted(options or ())),
        extension=index.extensions.get((CLASS, oid), ""),
        comment=index.comment(CLASS, oid),
    )


def _partition(row: Row, index: Index) -> Relation:
    """A partition, folded: its columns and constraints are its parent's."""
    parent = index.names.get(row[7])
    return Relation(row[2], row[1], "partition", whole=False, row_security=row[6], partition_of=parent)


def _limits(rows: list[Row], own: list[Row] | tuple[()], names: Mapping[int, str], index: Index) -> parts.Limits:
    if not any(row[3] in "cn" for row in own):
        return parts.NO_LIMITS
    types = {row[2]: index.types.resolve(row[3], row[4], row[5]) for row in rows}
    return parts.limits(own, names, types)


def _writable(kind: str, updatable: int | None) -> Writable:
    match kind:
        case "r" | "p":
            return Writable()
        case "m":
            return _NOT_WRITABLE
    bits = updatable or 0
    return Writable(bool(bits & _INSERT), bool(bits & _UPDATE), bool(bits & _DELETE))


def _fields(oid: int, rows: list[Row], limits: parts.Limits, index: Index) -> tuple[Field, ...]:
    resolve, comments = index.types.resolve, index.comments.get((CLASS, oid), {})
    fields = []
    for _, number, name, type_, modifier, text, not_null, identity, generated, default in rows:
        filled = bool(identity or generated) or (default is not None and not is_null(default))
        field = Field(
            name,
            resolve(type_, modifier, text),
            nullable=not not_null,
            default=default,
            filled=filled,
            generated=_GENERATED[generated],
            identity=_IDENTITY[identity],
            comment=comments.get(number),
        )
        fields.append(field)
    special = limits is not parts.NO_LIMITS or oid in index.triggers
    if not special and index.domains.oids.isdisjoint([row[3] for row in rows]):
        return tuple(fields)
    fills = may_fill(index.triggers.get(oid, ()))
    return tuple(
        _amended(field, index.domains.get(row[3]), limits, fills) for row, field in zip(rows, fields, strict=True)
    )


def is_null(default: str) -> bool:
    """A default that gives NULL: none at all."""
    return default == "NULL" or default.startswith("NULL::")


def _amended(field: Field, domain: Domain, limits: parts.Limits, fills: Callable[[str], bool]) -> Field:
    """The field with what its domain, the checks and the triggers add."""
    name = field.name
    nullable = name in limits.may_be_null or bool(field.nullable and domain.nullable and name not in limits.not_null)
    default = domain.default if field.default is None else field.default
    filled: bool | None = field.filled or (default is not None and not is_null(default))
    if not nullable and not filled and fills(name):
        filled = None
    bounds, _ = merged(domain.bounds, limits.bounds.get(name))
    return msgspec.structs.replace(field, nullable=nullable, default=default, filled=filled, bounds=bounds)
