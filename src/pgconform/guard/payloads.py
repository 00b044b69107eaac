"""The fast yes: a decoder for each relation that takes only rows the database would surely take, in a microsecond.

A payload that it refuses is not wrong yet; the rules decide. Made of a relation's columns with msgspec, so that a
whole row is checked while it is decoded.
"""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Final, Literal, Union

import msgspec

from pgconform.pairs.world import World
from pgconform.schema import Access, Relation
from pgconform.shape import WIDTHS, Array, Field, Labels, Scalar, Type

_ANY: Final[Any] = dict | list | str | int | float | bool
_LITERAL: Final[Any] = Literal
_LIST: Final[Any] = list
_PLAIN: Final[dict[str, Any]] = {
    "bool": bool,
    "text": str,
    "citext": str,
    "uuid": uuid.UUID,
    "date": datetime.date,
    "timestamp": datetime.datetime,
    "timestamptz": datetime.datetime,
    "float8": float,
    "float4": Annotated[float, msgspec.Meta(ge=-3e38, le=3e38)],
    "json": _ANY,
    "jsonb": _ANY,
}


def decoder(world: World, relation: Relation, access: Access, columns: Iterable[str] | None) -> Any:
    """A decoder of one row or a list of rows. ``columns`` are those that every row of a list is taken to have."""
    named = frozenset(columns or ())
    fields = [
        _field(number, world.stored(field) if field.origin else field, field.name, access, named)
        for number, field in enumerate(world.fields(relation).values())
        if not _computed(world.stored(field) if field.origin else field)
    ]
    names = {f"c{number}": field.name for number, field in enumerate(world.fields(relation).values())}
    row = msgspec.defstruct("Row", fields, rename=names, forbid_unknown_fields=True, kw_only=True, gc=False)
    return msgspec.json.Decoder(Union[row, list[row]])  # type: ignore[valid-type]  # noqa: UP007


def arguments(body: bytes) -> Any:
    """A decoder of a call's arguments that takes those of the same names."""
    try:
        names = list(msgspec.json.decode(body, type=dict[str, msgspec.Raw]))
    except msgspec.MsgspecError:
        return msgspec.json.Decoder(type=None)
    fields: list[Any] = [(f"c{number}", msgspec.Raw) for number in range(len(names))]
    renamed = {f"c{number}": name for number, name in enumerate(names)}
    return msgspec.json.Decoder(msgspec.defstruct("Arguments", fields, rename=renamed, forbid_unknown_fields=True))


def _computed(field: Field) -> bool:
    return bool(field.generated) or field.identity == "always"


def _field(number: int, field: Field, name: str, access: Access, named: frozenset[str]) -> Any:
    nullable = field.nullable is not False
    kind = _kind(field)
    annotation = Union[kind, None] if nullable else kind  # noqa: UP007
    needed = access is Access.INSERT and not nullable and field.filled is not True
    if needed or (not nullable and name in named):
        return (f"c{number}", annotation)
    return (f"c{number}", Union[annotation, msgspec.UnsetType], msgspec.UNSET)  # noqa: UP007


def _kind(field: Field) -> Any:
    """What is surely a value of the column; where limits are unclear, whatever the rules would let pass."""
    labels = field.bounds.labels if field.bounds else None
    return _LITERAL[labels] if labels else _of(field.type)


def _of(type_: Type) -> Any:
    match type_:
        case Labels(values=values) if values:
            return _LITERAL[values]
        case Array(of=of):
            return _LIST[Union[_of(of), None]]  # noqa: UP007
        case Scalar(kind=kind, size=size):
            return _scalar(kind, size)
    return _ANY


def _scalar(kind: str, size: tuple[int, ...]) -> Any:
    if kind in WIDTHS:
        limit = 1 << WIDTHS[kind]
        return int if kind == "int8" else Annotated[int, msgspec.Meta(ge=-limit, le=limit - 1)]
    if kind == "numeric":
        whole = 10 ** (size[0] - (size[1] if len(size) > 1 else 0)) - 1 if size else None
        return Annotated[float, msgspec.Meta(gt=-whole, lt=whole)] if whole else float
    if kind in ("varchar", "bpchar"):
        return Annotated[str, msgspec.Meta(max_length=size[0])] if size else str
    return _PLAIN.get(kind, _ANY)


def rows(body: Any) -> Iterator[dict[str, Any]]:
    """The rows of a decoded body."""
    for item in body if isinstance(body, list) else [body]:
        if isinstance(item, dict):
            yield item
