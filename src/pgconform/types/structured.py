"""Composites, hstore, and arrays that psycopg gives as text because it does not know their elements."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue, PlainSerializer, model_validator

from pgconform.support.patterns import deferred

_PAIR = deferred(r'"(?P<key>(?:[^"\\]|\\.)*)"=>(?:NULL|"(?P<value>(?:[^"\\]|\\.)*)")(?:, |$)')
_ESCAPED = deferred(r"\\(.)", re.DOTALL)


class Composite(BaseModel):
    """The base of a composite type's model: takes a JSON object, psycopg's text or asyncpg's record."""

    model_config = ConfigDict(populate_by_name=True, protected_namespaces=(), serialize_by_alias=True)

    @model_validator(mode="before")
    @classmethod
    def _from_row(cls, value: Any) -> Any:
        if isinstance(value, str):
            parts = composite_parts(value)
            return dict(zip((field.alias or name for name, field in cls.model_fields.items()), parts, strict=True))
        return dict(value.items()) if hasattr(value, "items") and not isinstance(value, dict) else value


def composite_parts(value: str) -> list[str | None]:
    """The parts of the text of a composite, nested ones as texts; NULL is None."""
    body = _inside(value, "(", ")")
    return [_bare_text(part) if part else None for part in _cut(body, nested=False)]


def _inside(value: str, opening: str, closing: str) -> str:
    if not (value.startswith(opening) and value.endswith(closing)):
        raise ValueError(f"{opening}…{closing} is wanted")
    return value[1:-1]


def _cut(body: str, *, nested: bool) -> list[str]:
    """The parts between the commas; braces hold parts together in the text of an array only."""
    parts, start, depth, quoted, position = [], 0, 0, False, 0
    while position < len(body):
        character = body[position]
        if character == "\\":
            position += 1
        elif character == '"':
            quoted = not quoted
        elif character in "{}" and nested and not quoted:
            depth += 1 if character == "{" else -1
        elif character == "," and not quoted and not depth:
            parts.append(body[start:position])
            start = position + 1
        position += 1
    return [*parts, body[start:]]


def _bare_text(part: str) -> str:
    if part.startswith('"'):
        part = part[1:-1].replace('""', '"')
    return _ESCAPED.sub(r"\1", part)


def _array(value: Any) -> Any:
    """The list in an array's text, of texts and of lists where it has more dimensions."""
    if not isinstance(value, str):
        return value
    body = _inside(value, "{", "}")
    return [_item(part) for part in _cut(body, nested=True)] if body else []


def _item(part: str) -> Any:
    if part.startswith("{"):
        return _array(part)
    return None if part.upper() == "NULL" else _bare_text(part)


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


def _not_null(value: Any) -> Any:
    if value is None:
        raise ValueError("a JSON null is stored as NULL, which this column does not take")
    return value


Json: TypeAlias = Annotated[JsonValue, AfterValidator(_not_null)]
FromText = BeforeValidator(_array)
Hstore: TypeAlias = Annotated[
    dict[str, str | None], BeforeValidator(_pairs), PlainSerializer(_hstore, when_used="unless-none")
]
