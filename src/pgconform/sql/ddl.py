"""A schema as the SQL that makes one like it: what its statements can be held to, not what its rows must be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pgconform.pairs.world import World
from pgconform.schema import Function, NamedType, Relation, Schema
from pgconform.shape import Field, Labels, Struct


class Making(NamedTuple):
    """What makes one thing of the schema: its bare name, and statements of which the first that works is enough."""

    name: str
    ways: tuple[str, ...]


def makings(schema: Schema) -> Iterator[Making]:
    """Everything to make, roughly in an order that works; what still fails may work after the rest."""
    world = World(schema)
    for name in _schemas(schema):
        yield Making("", (f"CREATE SCHEMA IF NOT EXISTS {_quoted(name)}",))
    for extension in schema.extensions:
        yield Making("", (f"CREATE EXTENSION IF NOT EXISTS {_quoted(extension)} CASCADE",))
    yield from (_type(item) for item in schema.types if not item.extension)
    own = [item for item in schema.relations if not item.extension]
    yield from (_table(world, item) for item in own if "view" not in item.kind)
    yield from (_function(item) for item in schema.functions if not item.extension)
    yield from (_view(world, item) for item in own if "view" in item.kind)


def _function(function: Function) -> Making:
    return Making(function.name, (function.definition,) if function.definition else ())


def _schemas(schema: Schema) -> list[str]:
    found = {item.schema for items in (schema.relations, schema.types, schema.functions) for item in items}
    return sorted({*schema.schemas, *found} - {"", "pg_catalog", "information_schema"})


def _type(named: NamedType) -> Making:
    name = _name(named.schema, named.name)
    match named.kind, named.type:
        case "enum", Labels(values=values):
            labels = ", ".join("'" + value.replace("'", "''") + "'" for value in values)
            return Making(named.name, (f"CREATE TYPE {name} AS ENUM ({labels})",))
        case "composite", Struct(fields=fields):
            parts = ", ".join(f"{_quoted(field.name)} {field.type.raw}" for field in fields)
            return Making(named.name, (f"CREATE TYPE {name} AS ({parts})",))
        case "domain", base:
            return Making(named.name, (f"CREATE DOMAIN {name} AS {base.raw}",))
    return Making(named.name, ())


def _table(world: World, relation: Relation) -> Making:
    columns = world.fields(relation).values()
    full = ", ".join(_column(column) for column in columns)
    plain = ", ".join(f"{_quoted(column.name)} {column.type.raw}" for column in columns)
    name = _name(relation.schema, relation.name)
    return Making(relation.name, (f"CREATE TABLE {name} ({full})", f"CREATE TABLE {name} ({plain})"))


def _view(world: World, relation: Relation) -> Making:
    name = _name(relation.schema, relation.name)
    defined = f"CREATE VIEW {name} AS {relation.definition}"
    return Making(relation.name, (*((defined,) if relation.definition else ()), *_table(world, relation).ways[1:]))


def _column(column: Field) -> str:
    said = f"{_quoted(column.name)} {column.type.raw}"
    if column.generated and column.default:
        return f"{said} GENERATED ALWAYS AS ({column.default}) STORED"
    return f"{said} GENERATED {column.identity.upper()} AS IDENTITY" if column.identity else said


def _name(schema: str, name: str) -> str:
    return f"{_quoted(schema)}.{_quoted(name)}" if schema else _quoted(name)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
