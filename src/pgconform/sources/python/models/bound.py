"""A class bound to a relation, as a claim about it: its fields under the names that reach columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pgconform.schema import Access, Relation, Transport
from pgconform.shape import Array, Field, Struct, Type, Union, Unknown
from pgconform.sources.python.models.model import CHECKED, Model, ModelField, taken_type


class Binding(msgspec.Struct, frozen=True):
    """A class is of a relation, for one kind of access. ``certain`` False: only names tell so.

    ``whole``: the fields are all that is read, or sent. ``added`` are keys that come from elsewhere, ``omitted`` fields
    that are not sent, ``sparse``: those not set are not sent; ``by_alias``: fields are sent by their aliases. What the
    fields ``assigned`` hold when they are sent is the program's. ``filled`` columns hold no NULL in what is read.
    ``only`` of these columns something is said; of all where there is none.
    """

    name: str
    schema: str = ""
    access: Access = Access.READ
    transport: Transport = Transport.SQL
    certain: bool = True
    whole: bool = False
    added: frozenset[str] = frozenset()
    omitted: frozenset[str] = frozenset()
    sparse: bool = False
    by_alias: bool = False
    assigned: frozenset[str] = frozenset()
    filled: frozenset[str] = frozenset()
    only: frozenset[str] = frozenset()


def claim(model: Model, binding: Binding, columns: Mapping[str, Field]) -> Relation:
    """What the class says of the relation; ``columns`` are the relation's, none where it does not exist."""
    fields = _given if binding.access in (Access.INSERT, Access.UPDATE) else _taken
    return Relation(
        name=binding.name,
        schema=binding.schema,
        kind="model" if model.family in CHECKED else "class",
        fields=tuple(fields(model, binding, columns)),
        keys=model.keys,
        links=model.links,
        access=binding.access,
        whole=binding.whole and model.closed,
        transport=binding.transport,
        holder=model.label,
        extra=model.extra,
        certain=binding.certain and model.closed and not model.reshapes,
        enforced=model.enforced,
        at=model.at,
    )


def _taken(model: Model, binding: Binding, columns: Mapping[str, Field]) -> Iterator[Field]:
    """Fields as a row is made into them. A nested model that is no column comes of an embed or a join."""
    for field in model.fields:
        name = next((name for name in field.names.taken if name in columns), "")
        if not name and (not field.taken or field.names.open or _embedded(field.type)):
            continue
        name = name or next(iter(field.names.taken), field.attribute)
        if binding.only and name not in binding.only:
            continue
        if field.taken and name not in binding.added and field.attribute not in binding.added:
            taken = _field(field, name, taken_type(field), free=field.taken_freely)
            yield msgspec.structs.replace(taken, nullable=None) if name in binding.filled else taken


def _given(model: Model, binding: Binding, columns: Mapping[str, Field]) -> Iterator[Field]:
    """Fields as they are dumped and sent."""
    for field in model.fields:
        if not field.given or field.attribute in binding.omitted:
            continue
        name = field.names.given_by_alias if binding.by_alias else field.names.given
        if not binding.certain and name not in columns and field.names.given_by_alias in columns:
            name = field.names.given_by_alias
        if name and name not in binding.added:
            free = field.given_freely or field.attribute in binding.assigned
            sent = _field(field, name, Unknown(field.type.raw) if free else field.type, free=free)
            optional = binding.sparse and field.required is not True
            yield msgspec.structs.replace(sent, required=False, nullable=None) if optional else sent


def _field(field: ModelField, name: str, type_: Type, *, free: bool) -> Field:
    return Field(
        name=name,
        type=type_,
        nullable=None if free else field.nullable,
        required=field.required if field.taken else True,
        default=field.default or None,
        bounds=None if free else field.bounds,
        comment=field.comment,
        attribute=field.attribute,
        at=field.at,
    )


def _embedded(type_: Type) -> bool:
    """A model, or models: what PostgREST or a join puts into a row beside its columns."""
    match type_:
        case Array(of=of):
            return _embedded(of)
        case Union(options=options):
            return any(map(_embedded, options))
        case _:
            return isinstance(type_, Struct)
