"""What one program uses of its database, in a small file of its own: the truth it was checked against, and its claims.

Format 1 is one JSON object, one relation, claim or request a line: ``format``, ``schemas`` and ``postgrest``, by which
names are resolved; ``relations`` and ``functions`` of the truth that the program uses, whole, without what does not
concern programs; ``claims``, what it reads and writes of them; ``queries``, its requests that embed, call or upsert;
``known``, the marks of what was already wrong when the file was written, and accepted.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
from msgspec.structs import replace

from pgconform.errors import Problem, reason
from pgconform.postgrest.config import PostgrestConfig
from pgconform.request import Query
from pgconform.schema import VIEWS, Function, Relation, Schema

FORMAT = 1
FILE = "pgconform.uses.json"
_AGAIN = "write it again:  pgconform guard --write"


class Uses(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of the truth and the claims about it."""

    format: int = FORMAT
    schemas: tuple[str, ...] = ("public",)
    postgrest: PostgrestConfig = PostgrestConfig()
    relations: tuple[Relation, ...] = ()
    functions: tuple[Function, ...] = ()
    claims: tuple[Relation, ...] = ()
    queries: tuple[Query, ...] = ()
    known: tuple[str, ...] = ()
    unjudged: int = 0

    @property
    def truth(self) -> Schema:
        return Schema(relations=self.relations, functions=self.functions, schemas=self.schemas, origin=FILE)

    @property
    def claim(self) -> Schema:
        return Schema(relations=self.claims, queries=self.queries, origin="program")


def find(start: Path | None = None) -> Path:
    """The uses file at or above a directory, by default the working one. Raises `Problem` where there is none."""
    here = (start or Path.cwd()).resolve()
    for directory in (here, *here.parents):
        if (directory / FILE).is_file():
            return directory / FILE
    raise Problem(f"there is no {FILE} at or above {here}", "write it where the code is:  pgconform guard --write")


def read(path: Path) -> Uses:
    """The uses a file holds. Raises `Problem` for a file that is absent, damaged or of a newer format."""
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=dict[str, msgspec.Raw]).get("format", msgspec.Raw(b"0"))
        if int(bytes(version)) > FORMAT:
            raise Problem(f"{path.name} is of a newer pgconform", "upgrade pgconform, or write the file with this one")
        return msgspec.json.decode(data, type=Uses)
    except OSError as error:
        raise Problem(f"{path} cannot be read: {reason(error)}", _AGAIN) from error
    except (msgspec.MsgspecError, ValueError) as error:
        raise Problem(f"{path.name} is damaged: {error}", _AGAIN) from error


def text(uses: Uses) -> str:
    """The file's text; equal uses give equal texts."""
    relations = sorted(uses.relations, key=lambda item: item.qualified)
    claims = sorted(uses.claims, key=lambda item: (item.qualified, _line(item)))
    functions = sorted(uses.functions, key=lambda item: (item.qualified, _line(item)))
    parts = [
        f'"format": {FORMAT}',
        f'"schemas": {_line(uses.schemas)}',
        f'"postgrest": {_line(uses.postgrest)}',
        f'"relations": {_block(relations)}',
        f'"functions": {_block(functions)}',
        f'"claims": {_block(claims)}',
        f'"queries": {_block(sorted(uses.queries, key=_line))}',
        f'"known": {_line(sorted(uses.known))}',
        f'"unjudged": {uses.unjudged}',
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(item: Any) -> str:
    return msgspec.json.encode(item).decode()


def _block(items: Iterable[Any]) -> str:
    inner = ",\n".join(map(_line, items))
    return f"[\n{inner}\n]" if inner else "[]"


def plain(item: Relation) -> Relation:
    """The relation without what no program is concerned with."""
    return replace(
        item,
        fields=tuple(replace(one, comment=None, at=None) for one in item.fields),
        keys=tuple(replace(one, at=None) for one in item.keys),
        links=tuple(replace(one, at=None) for one in item.links),
        checks=tuple(replace(one, at=None) for one in item.checks),
        policies=(),
        triggers=tuple(one for one in item.triggers if one.mends),
        definition=item.definition if item.kind in VIEWS else "",
        options=(),
        row_security=None,
        comment=None,
        at=None,
    )


def unmade(item: Function) -> Function:
    """The function without its body."""
    return replace(item, definition="", comment=None, at=None)
