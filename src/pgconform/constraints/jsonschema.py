"""The JSON Schemas that a CHECK holds a column to: pg_jsonschema's, and those that `jsonb_typeof` means."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pgconform.constraints.expression import (
    Call,
    Cast,
    Column,
    Compare,
    Constant,
    Junction,
    Node,
    NotParsedError,
    Null,
    parse,
)
from pgconform.constraints.jsonshapes import JsonSchema

_MATCHING = frozenset({"json_matches_schema", "jsonb_matches_schema"})
_TYPE_OF = frozenset({"json_typeof", "jsonb_typeof"})


def schemas(expression: str, column: str) -> Iterator[JsonSchema]:
    """What a CHECK's expression says of the JSON in a column, as far as it is said by itself."""
    try:
        yield from _schemas(parse(expression), column)
    except NotParsedError:
        return


def _schemas(node: Node, column: str) -> Iterator[JsonSchema]:
    match node:
        case Junction("AND", terms):
            for term in terms:
                yield from _schemas(term, column)
        case Junction("OR", terms):
            rest = [term for term in terms if term != Null(Column(column), False)]
            if len(rest) == 1 < len(terms):
                yield from _schemas(rest[0], column)
        case _ if (said := said_of_json(node)) and said[0] == column:
            yield said[1]


def said_of_json(node: Node) -> tuple[str, JsonSchema] | None:
    """The column that one condition holds to a schema, and the schema; None of any other condition."""
    match node:
        case Call(name, (schema, instance)) if name.rpartition(".")[2] in _MATCHING:
            column, text = _column(instance), _text(schema)
            found = _decoded(text) if column and text else None
            return None if found is None else (column, found)
        case Compare("=", Call(name, (instance,)), kind, "") if name in _TYPE_OF:
            column, text = _column(instance), _text(kind)
            return (column, {"type": text}) if column and text else None
    return None


def _decoded(text: str) -> JsonSchema | None:
    try:
        return msgspec.json.decode(text, type=dict)
    except msgspec.MsgspecError:
        return None


def _column(node: Node) -> str:
    match node:
        case Cast(inner, "json" | "jsonb"):
            return _column(inner)
        case Column(name):
            return name
    return ""


def _text(node: Node) -> str:
    match node:
        case Cast(inner):
            return _text(inner)
        case Constant(str(text), False):
            return text
    return ""
