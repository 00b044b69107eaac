"""Tables and their columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import msgspec

from pgconform.constraints.infer import merged
from pgconform.errors import keyless
from pgconform.schema import Relation, Writable
from pgconform.shape import Field
from pgconform.sources.postgres import constraints as parts
from pgconform.sources.postgres.constraints import NO_LIMITS, Limits
from pgconform.sources.postgres.fills import may_fill, may_set
from pgconform.sources.postgres.index import CLASS, Index, Numbered
from pgconform.sources.postgres.rows import ColumnRow, ConstraintRow, RelationRow

Changes: TypeAlias = tuple[Callable[[str], bool], Callable[[str], bool]]
"""Whether triggers may fill a column that was left out, and whether they may set one that was sent."""
_KINDS = {"r": "table", "p": "partitioned table", "v": "view", "m": "materialized view", "f": "foreign table"}
_UPDATE, _INSERT, _DELETE = 4, 8, 16
_EVENTS = {"2": "update", "3": "insert", "4": "delete"}
_WRITABLE = Writable()
_NOT_WRITABLE = Writable(False, False, False)


def relation(row: RelationRow, index: Index) -> Relation:
    """A relation but for what a view takes from others."""
    if row.parent:
        return _partition(row, index)
    columns = index.columns.get(row.oid, ())
    own = index.constraints.get(row.oid, ())
    numbered = index.numbered.get(row.oid, ())
    limits = _limits(own, numbered, index)
    return Relation(
        name=row.name,
        schema=row.schema,
        kind=_KINDS[row.kind],
        fields=_fields(row.oid, columns, limits, index),
        keys=parts.keys(index.keys[row.oid], numbered) if row.oid in index.keys else (),
        links=parts.links(own, numbered, index),
        checks=limits.checks,
        writable=_writable(row),
        row_security=row.row_security if row.kind in "rp" else None,
        policies=parts.policies(index.policies[row.oid]) if row.oid in index.policies else (),
        triggers=parts.triggers(index.triggers[row.oid]) if row.oid in index.triggers else (),
        definition=keyless((row.definition or "").strip()),
        options=tuple(sorted(row.options or ())),
        extension=index.extensions.get((CLASS, row.oid), ""),
        comment=index.comment(CLASS, row.oid) if (CLASS, row.oid) in index.comments else None,
    )


def _partition(row: RelationRow, index: Index) -> Relation:
    """A partition, folded: its columns and constraints are its parent's."""
    parent = index.names.get(row.parent or 0)
    return Relation(row.name, row.schema, "partition", whole=False, row_security=row.row_security, partition_of=parent)


def _limits(own: Sequence[ConstraintRow], columns: Numbered, index: Index) -> Limits:
    for row in own:
        if row.kind in "cn":
            return parts.limits(own, columns, index.reading)
    return NO_LIMITS


def _never(_: str) -> bool:
    return False


def _writable(row: RelationRow) -> Writable | None:
    instead = tuple([event for sign, event in _EVENTS.items() if sign in (row.instead or "")])
    match row.kind:
        case "r" | "p":
            return Writable(instead=instead) if instead else _WRITABLE
        case "m":
            return _NOT_WRITABLE
    if row.updatable is None:
        return None
    bits = row.updatable
    return Writable(bool(bits & _INSERT), bool(bits & _UPDATE), bool(bits & _DELETE), instead)


def _fields(oid: int, columns: Sequence[ColumnRow], limits: Limits, index: Index) -> tuple[Field, ...]:
    comments = index.comments.get((CLASS, oid), {})
    triggers = index.triggers.get(oid)
    changes = (may_fill(triggers), may_set(triggers)) if triggers else None
    names = index.numbered.get(oid, ())
    special = limits.concerned.union(names[number] for number in comments if number) if comments else limits.concerned
    fields = index.fields(oid)
    if not special and not changes:
        return fields
    return tuple(
        [
            _amended(field, limits, changes, comments.get(row[1])) if changes or field.name in special else field
            for row, field in zip(columns, fields, strict=True)
        ]
    )


def _amended(field: Field, limits: Limits, changes: Changes | None, comment: str | None) -> Field:
    """The field with what the checks, the triggers and the comment on it add."""
    name = field.name
    nullable = name in limits.may_be_null or bool(field.nullable and name not in limits.not_null)
    fills, sets = changes or (_never, _never)
    unsure = not nullable and not field.filled and fills(name)
    return msgspec.structs.replace(
        field,
        nullable=nullable,
        filled=None if unsure else field.filled,
        mended=sets(name),
        bounds=merged(field.bounds, limits.bounds.get(name))[0],
        comment=comment,
    )
