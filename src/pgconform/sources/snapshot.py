"""The snapshot: a truth in a file that a team commits, one column a line, read back without a server.

Format 1 is one JSON object: ``format``, ``server``, ``extensions``, ``schemas``, then ``types``, ``relations``,
``functions``, ``dropped`` and ``unread`` as `pgconform.schema` names them, and ``definitions``: the SQL of views and
functions by their name, line by line. It holds no address of a server and no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from msgspec.structs import replace

from pgconform.errors import Problem, reason
from pgconform.schema import Dropped, Function, NamedType, Relation, Schema, Unread
from pgconform.support.patterns import deferred
from pgconform.support.pause import collector_paused
from pgconform.support.writing import write_whole

FORMAT = 1
_HEAD = deferred(rb'\s*\{\s*"format"\s*:\s*(\d+)\s*[,}]')
_CONFLICT = deferred(rb"^(<{7}|>{7}|={7})( |$)", re.MULTILINE)
_AGAIN = "write it again:  pgconform snapshot"

T = TypeVar("T", Relation, Function)


class _Document(msgspec.Struct, frozen=True):
    format: int
    server: str = ""
    extensions: tuple[str, ...] = ()
    schemas: tuple[str, ...] = ()
    types: tuple[NamedType, ...] = ()
    relations: tuple[Relation, ...] = ()
    functions: tuple[Function, ...] = ()
    dropped: tuple[Dropped, ...] = ()
    unread: tuple[Unread, ...] = ()
    definitions: Mapping[str, list[str]] = {}


def read(path: Path, name: str = "") -> Schema:
    """The schema a snapshot holds; ``name`` is what to call the file to a person.

    Raises `Problem` for a file that is absent, damaged, in the middle of a merge, or of a newer format.
    """
    shown = name or str(path)
    data = _bytes(path, shown)
    _understood(data, shown)
    try:
        with collector_paused():
            return _schema(msgspec.json.decode(data, type=_Document), shown)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        conflict = "in the middle of a merge" if _CONFLICT.search(data) else f"damaged: {error}"
        raise Problem(f"the snapshot {shown} is {conflict}", _AGAIN) from error


def _bytes(path: Path, shown: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Problem(f"there is no snapshot {shown}", _AGAIN) from error
    except OSError as error:
        raise Problem(
            f"the snapshot {shown} cannot be read: {reason(error)}", "check the path and its rights"
        ) from error


def _understood(data: bytes, shown: str) -> None:
    head = _HEAD.match(data)
    if head and int(head[1]) > FORMAT:
        raise Problem(
            f"the snapshot {shown} has format {int(head[1])}, this pgconform reads up to {FORMAT}",
            "upgrade pgconform, or write the snapshot again with this version",
        )


def _schema(document: _Document, shown: str) -> Schema:
    texts = {name: "\n".join(lines) for name, lines in document.definitions.items()}
    return Schema(
        relations=_defined(document.relations, texts),
        types=document.types,
        functions=_defined(document.functions, texts),
        unread=document.unread,
        dropped=document.dropped,
        origin=f"snapshot:{shown}",
        server=document.server,
        extensions=document.extensions,
        schemas=document.schemas,
    )


def _defined(items: tuple[T, ...], texts: Mapping[str, str]) -> tuple[T, ...]:
    return tuple([_with(item, texts[name]) if (name := _name(item)) in texts else item for item in items])


def _with(item: T, definition: str) -> T:
    return replace(item, definition=definition)


def _name(item: Relation | Function) -> str:
    """What tells it from all others: a function's has the types it takes."""
    if isinstance(item, Relation):
        return item.qualified
    return (
        f"{item.qualified}({', '.join(argument.type.raw for argument in item.arguments if argument.mode != 'table')})"
    )


def write(schema: Schema, path: Path) -> None:
    """Write the snapshot of a truth, whole or not at all. Equal truths give equal files."""
    write_whole(path, text(schema))


def text(schema: Schema) -> str:
    """The snapshot's text."""
    relations = sorted(schema.relations, key=lambda relation: (relation.schema, relation.name))
    functions = sorted(schema.functions, key=lambda function: (function.schema, function.name, _name(function)))
    types = sorted(schema.types, key=lambda named: (named.schema, named.name))
    definitions = _definitions((*relations, *functions))
    parts = [
        f'"format": {FORMAT}',
        f'"server": {_line(schema.server)}',
        f'"extensions": {_line(schema.extensions)}',
        f'"schemas": {_line(schema.schemas)}',
        f'"types": {_block(map(_line, types))}',
        f'"relations": {_block(_relation(_without(one, definitions)) for one in relations)}',
        f'"functions": {_block(_line(_without(one, definitions)) for one in functions)}',
        f'"dropped": {_block(map(_line, schema.dropped))}',
        f'"unread": {_block(map(_line, schema.unread))}',
        f'"definitions": {_texts(definitions)}',
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _definitions(items: Iterable[Relation | Function]) -> dict[str, list[str]]:
    """The definitions, by line, of all whose name is no other's."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for item in items:
        name = _name(item)
        if name in seen:
            found.pop(name, None)
        elif item.definition:
            found[name] = item.definition.split("\n")
        seen.add(name)
    return found


def _without(item: T, definitions: Mapping[str, list[str]]) -> T:
    return replace(item, definition="") if _name(item) in definitions else item


def _line(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _block(lines: Iterable[str], indent: str = "") -> str:
    inner = f",\n{indent}  ".join(lines)
    return f"[\n{indent}  {inner}\n{indent}]" if inner else "[]"


def _relation(relation: Relation) -> str:
    """A relation's own values on one line, then its columns, keys, links … one a line."""
    return "{" + ",\n    ".join(_parts(relation)) + "}"


def _parts(relation: Relation) -> Iterator[str]:
    values = msgspec.to_builtins(relation)
    lists = {key: value for key, value in values.items() if _is_many(value)}
    yield ", ".join(f'"{key}": {_line(value)}' for key, value in values.items() if key not in lists)
    for key, value in lists.items():
        yield f'"{key}": {_block(map(_line, value), "    ")}'


def _is_many(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and isinstance(value[0], dict)


def _texts(texts: Mapping[str, list[str]]) -> str:
    entries = (f"{_line(name)}: {_block(map(_line, lines), '  ')}" for name, lines in sorted(texts.items()))
    inner = ",\n  ".join(entries)
    return f"{{\n  {inner}\n}}" if inner else "{}"
