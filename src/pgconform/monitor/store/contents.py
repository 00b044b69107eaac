"""Schemas kept by what they are: each part once, compressed, whoever has it and however often."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec.structs import replace

from pgconform.monitor.store.tables import contents
from pgconform.schema import Function, NamedType, Relation, Schema

if TYPE_CHECKING:
    from sqlalchemy import Connection

_BATCH = 500


class _Manifest(msgspec.Struct, frozen=True):
    """Which parts make a schema, in their order, and what it says besides."""

    relations: tuple[str, ...]
    types: tuple[str, ...]
    functions: tuple[str, ...]
    rest: Schema


def put(connection: Connection, data: bytes) -> str:
    """Keep these bytes; their digest."""
    (digest,) = _put(connection, [data])
    return digest


def get(connection: Connection, digest: str) -> bytes:
    """The bytes of a digest. Raises KeyError where there are none."""
    return _get(connection, [digest])[digest]


def put_schema(connection: Connection, schema: Schema) -> str:
    """Keep a schema, without what differs between two servers that have the same one; its digest."""
    rest = replace(schema, relations=(), types=(), functions=(), origin="", server="")
    relations = _put(connection, [_encoded(one) for one in _sorted(schema.relations)])
    types = _put(connection, list(_by_schema(schema.types)))
    functions = _put(connection, list(_by_schema(schema.functions)))
    return put(connection, _encoded(_Manifest(relations, types, functions, rest)))


def get_schema(connection: Connection, digest: str) -> Schema:
    """The schema of a digest."""
    manifest = msgspec.msgpack.decode(get(connection, digest), type=_Manifest)
    known = _get(connection, [*manifest.relations, *manifest.types, *manifest.functions])
    types = (msgspec.msgpack.decode(known[one], type=tuple[NamedType, ...]) for one in manifest.types)
    functions = (msgspec.msgpack.decode(known[one], type=tuple[Function, ...]) for one in manifest.functions)
    return replace(
        manifest.rest,
        relations=tuple(msgspec.msgpack.decode(known[one], type=Relation) for one in manifest.relations),
        types=tuple(item for part in types for item in part),
        functions=tuple(item for part in functions for item in part),
    )


def parts(connection: Connection, digest: str) -> Iterator[str]:
    """The digests that a schema is made of, its own included."""
    manifest = msgspec.msgpack.decode(get(connection, digest), type=_Manifest)
    yield digest
    yield from (*manifest.relations, *manifest.types, *manifest.functions)


def _encoded(value: Any) -> bytes:
    return msgspec.msgpack.encode(value)


def _sorted(items: Iterable[Any]) -> list[Any]:
    return sorted(items, key=lambda item: (item.qualified, _encoded(item)))


def _by_schema(items: Iterable[Any]) -> Iterator[bytes]:
    """One part a schema: types and functions are many and small."""
    for _, group in groupby(_sorted(items), key=lambda item: item.schema):
        yield _encoded(tuple(group))


def _put(connection: Connection, pieces: Sequence[bytes]) -> tuple[str, ...]:
    digests = tuple(hashlib.blake2b(piece, digest_size=16).hexdigest() for piece in pieces)
    known = _known(connection, digests)
    fresh = {digest: piece for digest, piece in zip(digests, pieces, strict=True) if digest not in known}
    if fresh:
        rows = [{"digest": digest, "data": zlib.compress(piece)} for digest, piece in fresh.items()]
        connection.execute(_absent(connection), rows)
    return digests


def _absent(connection: Connection) -> Any:
    """An insert of what is not there yet: another process may be quicker."""
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql

        return postgresql.insert(contents).on_conflict_do_nothing()
    from sqlalchemy.dialects import sqlite

    return sqlite.insert(contents).on_conflict_do_nothing()


def _known(connection: Connection, digests: Sequence[str]) -> set[str]:
    from sqlalchemy import select

    found: set[str] = set()
    for batch in _batches(digests):
        found.update(connection.scalars(select(contents.c.digest).where(contents.c.digest.in_(batch))))
    return found


def _get(connection: Connection, digests: Sequence[str]) -> dict[str, bytes]:
    from sqlalchemy import select

    found: dict[str, bytes] = {}
    for batch in _batches(digests):
        rows = connection.execute(select(contents.c.digest, contents.c.data).where(contents.c.digest.in_(batch)))
        found.update((digest, zlib.decompress(data)) for digest, data in rows)
    return found


def _batches(items: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), _BATCH):
        yield items[start : start + _BATCH]
