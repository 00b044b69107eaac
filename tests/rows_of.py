"""Rows of relations, made by the server of drawn values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

import psycopg
from hypothesis import strategies as st
from psycopg import sql

from pgconform.schema import Relation
from pgconform.shape import Field, Scalar, Type, Unknown

Connection: TypeAlias = "psycopg.Connection[Any]"
Values: TypeAlias = tuple[str | None, ...]
FEW: Final = 24


def readable(relations: Sequence[Relation]) -> list[Relation]:
    """The relations whose columns are all of types the server has; a table without columns has no row to be sent."""
    return [
        relation
        for relation in relations
        if relation.fields
        and not any(isinstance(field.type, Unknown) for field in relation.fields)
        and not any(kind_of(field.type) == "xml" and field.nullable is False for field in relation.fields)
    ]


def window(relations: list[Relation], data: st.DataObject) -> list[Relation]:
    """The relations, or where there are many some of them, others in each example."""
    if len(relations) <= FEW:
        return relations
    start = data.draw(st.integers(0, len(relations) - 1), label="start")
    return (relations[start:] + relations[:start])[:FEW]


def kind_of(kind: Type) -> str:
    return kind.kind if isinstance(kind, Scalar) else ""


def type_of(field: Field) -> sql.SQL:
    return sql.SQL(field.type.raw)


def composed(query: str, relation: Relation, values: Values) -> sql.Composed:
    """The query with a row of the relation's type made of the values."""
    parts = [
        sql.SQL("{}::{}").format(sql.Literal(value), type_of(field))
        for field, value in zip(relation.fields, values, strict=True)
    ]
    row = sql.SQL("row({})::{}").format(sql.SQL(", ").join(parts), sql.Identifier(relation.schema, relation.name))
    return sql.SQL(query).format(row)


def fetch(connection: Connection, query: str, relation: Relation, values: Values) -> tuple[Any, ...]:
    return connection.execute(composed(query, relation, values)).fetchone() or ()
