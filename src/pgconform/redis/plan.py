"""What a payload must be, by its contract and the truth: each field's type, and the decoder that takes no other."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw

from pgconform.caching import Contract, Part, regex
from pgconform.pairs.world import World
from pgconform.redis.hashes import acceptor as hash_acceptor
from pgconform.schema import Relation
from pgconform.shape import TEXTS, WIDTHS, Array, Bounds, Field, Labels, Scalar, Struct, Type, Unknown

_CLOCK = r"^([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?(Z|[+-][0-9]{2}(:[0-9]{2}){0,2})$"
_PLAIN: dict[str, Any] = {
    "bool": bool,
    "float4": float,
    "float8": float,
    "numeric": float,
    "uuid": uuid.UUID,
    "timestamptz": Annotated[datetime.datetime, Meta(tz=True)],
    "timestamp": Annotated[datetime.datetime, Meta(tz=False)],
    "date": datetime.date,
    "time": Annotated[datetime.time, Meta(tz=False)],
    "timetz": Annotated[str, Meta(pattern=_CLOCK)],
}
_DECODER = msgspec.json.Decoder


class Wanted(msgspec.Struct, frozen=True):
    """A field of a payload. ``form`` is `Part.form`; ``type`` the column's, `Unknown` where there is no column.

    ``annotation`` is what the quick decoder takes it as, None where only a closer look can tell.
    """

    name: str
    column: str
    form: str
    type: Type
    nullable: bool
    optional: bool
    annotation: Any
    labels: tuple[str, ...] = ()


class Plan(msgspec.Struct, frozen=True):
    """A contract beside the truth. ``accept`` raises `msgspec.MsgspecError` for whatever may not conform.

    ``open``: nothing says which fields there are.
    """

    contract: Contract
    relation: Relation | None
    fields: tuple[Wanted, ...]
    accept: Callable[[Any], Any] | None
    open: bool = False

    @property
    def by_name(self) -> dict[str, Wanted]:
        return {field.name: field for field in self.fields}


def plan(contract: Contract, world: World) -> Plan:
    """What entries of a contract must be."""
    schema, _, name = contract.relation.rpartition(".")
    relation = world.relation(name, schema) if name else None
    columns = world.fields(relation) if relation else {}
    parts = contract.parts or tuple(Part(column, column) for column in columns)
    wanted = [_wanted(part, columns.get(part.column), world) for part in parts]
    if contract.version and not any(field.name == contract.version for field in wanted) and not _in_key(contract):
        wanted.append(Wanted(contract.version, "", "any", Unknown(), False, False, Raw))
    fields = tuple(wanted)
    return Plan(contract, relation, fields, _acceptor(contract, fields, open_=not parts), not parts)


def _in_key(contract: Contract) -> bool:
    return contract.version in regex(contract.pattern).groupindex


def _wanted(part: Part, column: Field | None, world: World) -> Wanted:
    if column is None:
        claimed = part.claimed
        free = part.form or ("any" if not claimed or not part.column else "")
        kind = Unknown() if claimed is None else claimed.type
        return Wanted(part.name, part.column, free, kind, True, part.optional, _computed(part.form))
    stored = world.stored(column)
    nullable = column.nullable is not False
    found = labels(column.type, stored.bounds)
    form = part.form or ("text" if _decimal(part) else "")
    annotation = _of_form(column.type, stored.bounds, form)
    if nullable and annotation is not None and annotation is not Raw:
        annotation = annotation | None
    return Wanted(part.name, part.column, form, column.type, nullable, part.optional, annotation, found)


def _decimal(part: Part) -> bool:
    """The field of a class that is a Decimal, which Pydantic dumps as a text."""
    claimed = part.claimed
    return claimed is not None and isinstance(claimed.type, Scalar) and claimed.type.kind == "py.decimal"


def labels(type_: Type, bounds: Bounds | None) -> tuple[str, ...]:
    """The closed set that a value must be of; none where it is open."""
    if isinstance(type_, Labels):
        return type_.values
    return (bounds.labels or ()) if bounds and not isinstance(type_, Array) else ()


def _computed(form: str) -> Any:
    return {"text": str | None, "number": float | None, "epoch": float | None}.get(form, Raw)


def _of_form(type_: Type, bounds: Bounds | None, form: str) -> Any:
    """What the quick decoder takes a column's values as in that form; None where it cannot tell."""
    if form == "any":
        return Raw
    if form == "epoch":
        return float
    if form in ("", "json") or (form == "text" and isinstance(type_, Scalar) and type_.kind in (*TEXTS, "uuid")):
        return None if form == "json" else json_type(type_, labels(type_, bounds))
    if form == "text" and isinstance(type_, Scalar) and type_.kind == "numeric":
        return Annotated[str, Meta(pattern=r"^-?[0-9]{1,40}(\.[0-9]{1,40})?$")]
    return None


def json_type(type_: Type, closed: tuple[str, ...] = ()) -> Any:
    """The type of a column's values as PostgREST writes them in JSON."""
    match type_:
        case Labels(values=values):
            return Literal[values]
        case Array(of=of):
            return list[json_type(of) | None] if json_type(of) is not Raw else list[Any]  # type: ignore[misc]
        case Scalar(kind="json" | "jsonb" | "hstore"):
            return Raw
        case Scalar(kind=kind) if kind in WIDTHS:
            return Annotated[int, Meta(ge=-(2 ** WIDTHS[kind]), le=2 ** WIDTHS[kind] - 1)]
        case Scalar(kind=kind, size=size) if kind in TEXTS:
            if closed:
                return Literal[closed]
            return Annotated[str, Meta(max_length=size[0])] if size else str
        case Scalar(kind=kind):
            return _PLAIN.get(kind, str)
        case Struct():
            return dict[str, Any]
    return Raw


def _acceptor(contract: Contract, fields: tuple[Wanted, ...], *, open_: bool) -> Callable[[Any], Any] | None:
    """The quick decoder of a whole payload, where every field has one and it is JSON or msgpack, or of a hash."""
    if contract.encoding == "hash" and fields:
        return hash_acceptor(fields, whole=not open_)
    if contract.encoding not in ("json", "redisjson", "msgpack") or not fields:
        return None
    if any(field.annotation is None for field in fields):
        return None
    struct = msgspec.defstruct(
        "Payload", list(_members(fields)), forbid_unknown_fields=True, gc=False, kw_only=True,
        rename={f"f{number}": field.name for number, field in enumerate(fields)},
    )  # fmt: skip
    if contract.encoding == "msgpack":
        return msgspec.msgpack.Decoder(struct).decode
    return _DECODER(struct).decode


def _members(fields: tuple[Wanted, ...]) -> Iterator[tuple[str, Any] | tuple[str, Any, Any]]:
    for number, field in enumerate(fields):
        if field.optional:
            yield (
                f"f{number}",
                field.annotation | msgspec.UnsetType if field.annotation is not Raw else Raw,
                msgspec.UNSET,
            )
        else:
            yield (f"f{number}", field.annotation)
