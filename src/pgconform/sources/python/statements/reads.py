"""What a program does with the rows of its statements: the columns it reads, and the models it makes of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias

import msgspec
from msgspec.structs import replace

from pgconform.request import Made, Query, Read, Statement, Text
from pgconform.shape import Field, Location, Unknown
from pgconform.sources.python.models.model import CHECKED, Family, Model, taken_type
from pgconform.sources.python.passes.outcome import about, in_order

if TYPE_CHECKING:
    from pgconform.sources.python.passes.outcome import MadeSeen, ReadSeen

Said: TypeAlias = tuple[str, Location | None]


def with_reads(statements: Iterable[Statement], reads: Iterable[ReadSeen]) -> Iterator[Statement]:
    """The statements with what is read of their rows."""
    found: defaultdict[Said, dict[bytes, Read]] = defaultdict(dict)
    for seen in reads:
        if seen.statement:
            found[seen.statement][msgspec.msgpack.encode(seen.read)] = seen.read
    for one in statements:
        own = found.get((one.text.value, one.text.at))
        yield replace(one, reads=in_order(own.values())) if own else one


def with_models(
    statements: Sequence[Statement], all_made: Iterable[MadeSeen], models: Sequence[Model], *, typed: bool = True
) -> tuple[Statement, ...]:
    """The statements with the models that are made of their rows; not ``typed``: nobody knows as what values come."""
    known = {(model.uri, model.path): model for model in models}
    found: defaultdict[Said, dict[bytes, Made]] = defaultdict(dict)
    for made in all_made:
        model = known.get((made.uri, made.path))
        if made.statement and model and made.whole and not made.rows[1]:
            item = _made(model, made.added, made.at)
            item = item if typed else replace(item, fields=tuple([_untyped(field) for field in item.fields]))
            found[made.statement][msgspec.msgpack.encode(item)] = item
    if not found:
        return tuple(statements)
    return tuple(replace(one, makes=tuple(found.get((one.text.value, one.text.at), {}).values())) for one in statements)


def _untyped(field: Field) -> Field:
    return replace(field, type=Unknown())


def with_required(queries: Iterable[Query], all_made: Iterable[MadeSeen], models: Sequence[Model]) -> Iterator[Query]:
    """The queries with the fields that models made of their rows demand."""
    known = {(model.uri, model.path): model for model in models}
    found: defaultdict[tuple[object, ...], dict[bytes, Read]] = defaultdict(dict)
    for made in all_made:
        model = known.get((made.uri, made.path))
        if model is None or not made.whole:
            continue
        item = _made(model, made.added, made.at)
        for read in _demanded(item, made.rows[1]) if item.whole else ():
            for query in made.queries:
                found[query.at, *about(query)][msgspec.msgpack.encode(read)] = read
    for query in queries:
        more = found.get((query.at, *about(query)))
        yield replace(query, reads=(*query.reads, *more.values())) if more else query


def _demanded(made: Made, within: tuple[str, ...]) -> Iterator[Read]:
    """The keys that the row must have; ``within`` are those under which it is embedded in another."""
    for field in made.fields:
        if field.required is True and field.name not in made.added:
            yield Read(Text(field.name, made.at), within, "model", holder=made.holder, at=made.at)


def _made(model: Model, added: tuple[str, ...], at: Location) -> Made:
    return Made(
        holder=model.label,
        kind="model" if model.family in CHECKED else "class",
        fields=tuple(_fields(model)),
        added=added,
        extra=model.extra if model.family in CHECKED or model.family is Family.TYPED_DICT else "forbid",
        whole=model.closed and not model.reshapes,
        enforced=model.enforced,
        at=at,
    )


def _fields(model: Model) -> Iterator[Field]:
    """The fields that a row's keys fill; one that takes several names is demanded under none of them."""
    for field in model.fields:
        if not field.taken or field.names.open or field.names.deep:
            continue
        names = field.names.taken or (field.attribute,)
        for name in names:
            yield Field(
                name,
                taken_type(field),
                None if field.taken_freely else field.nullable,
                required=field.required if len(names) == 1 else False,
                attribute=field.attribute,
                at=field.at,
            )
