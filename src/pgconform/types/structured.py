"""Composites, hstore, and arrays that psycopg gives as text because it does not know their elements."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, PlainSerializer, model_validator

_PAIR = re.compile(r'"(?P<key>(?:[^"\\]|\\.)*)"=>(?:NULL|"(?P<value>(?:[^"\\]|\\.)*)")(?:, |$)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class Composite(BaseModel):
    """The base of a composite type's model: takes a JSON object, psycopg's text or asyncpg's record."""

    @model_validator(mode="before")
    @classmethod
    def _from_row(cls, value: Any) -> Any:
        if isinstance(value, str):
            parts = split(value, "(", ")")
            return dict(zip((field.alias or name for name, field in cls.model_fields.items()), parts, strict=True))
        return dict(value.items()) if hasattr(value, "items") and not isinstance(value, dict) else value


def split(value: str, opening: str, closing: str) -> list[str | None]:
    """The parts of the text of a composite, or with braces of an array, nested ones as texts; NULL is None."""
    if not (value.startswith(opening) and value.endswith(closing)):
        raise ValueError(f"{opening}…{closing} is wanted")
    body = value[1:-1]
    if not body:
        return [] if opening == "{" else [None]
    return [_part(part, opening == "{") for part in _cut(body)]


def _cut(body: str) -> list[str]:
    parts, start, depth, quoted, position = [], 0, 0, False, 0
    while position < len(body):
        character = body[position]
        if character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif not quoted:
            depth += (character == "{") - (character == "}")
            if character == "," and not depth:
                parts.append(body[start:position])
                start = position + 1
        position += 1
    return [*parts, body[start:]]


def _part(part: str, array: bool) -> str | None:
    if not part or (array and part.upper() == "NULL"):
        return None
    if part.startswith('"'):
        part = part[1:-1].replace('""', '"')
    return _ESCAPED.sub(r"\1", part)


def _array(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    parts = split(value, "{", "}")
    return [_array(part) if part is not None and part.startswith("{") else part for part in parts]


def _pairs(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    found = list(_PAIR.finditer(value))
    if "".join(match.group() for match in found) != value:
        raise ValueError("this is no hstore")
    return {_bare(match["key"]): _bare(match["value"]) for match in found}


def _bare(value: str | None) -> str | None:
    return None if value is None else _ESCAPED.sub(r"\1", value)


def _hstore(value: dict[str, str | None]) -> str:
    return ", ".join(f"{_quoted(key)}=>{'NULL' if held is None else _quoted(held)}" for key, held in value.items())


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


FromText = BeforeValidator(_array)
Hstore: TypeAlias = Annotated[
    dict[str, str | None], BeforeValidator(_pairs), PlainSerializer(_hstore, when_used="unless-none")
]
