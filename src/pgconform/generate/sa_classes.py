"""A table as a SQLModel class: its fields, each with its column, and what is said of the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgconform.generate import nesting, sa_table
from pgconform.generate.columns import attribute_names, closed
from pgconform.generate.imports import HOMES
from pgconform.generate.layout import INDENT, assigned, class_line, docstring, indented, string
from pgconform.generate.models import Models
from pgconform.generate.naming import BUILTINS, SQLMODEL_ATTRIBUTES
from pgconform.generate.nesting import Call, Node
from pgconform.generate.sa_types import ColumnTypes, escaped, sql_text
from pgconform.generate.selection import named_by
from pgconform.schema import TABLES, Link, Relation
from pgconform.shape import Field, Scalar
from pgconform.support.patterns import deferred

BASE: Final = "Table"
TAKEN: Final = frozenset({BASE, "ClassVar", "Field", "Native", "SQLModel", "pg", "sa"})
_RESERVED = SQLMODEL_ATTRIBUTES | BUILTINS | frozenset(HOMES) | TAKEN
_SEQUENCE = deferred(r"nextval\('((?:[^']|'')+)'::regclass\)")
_WHOLE = frozenset({"int2", "int4", "int8"})


class Classes:
    """Writes classes; ``mapped`` are the tables that have one, which foreign keys refer to; ``rows`` writes models."""

    def __init__(self, types: ColumnTypes, mapped: frozenset[tuple[str, str]], rows: Models) -> None:
        self.types = types
        self.mapped = mapped
        self.rows = rows
        self.imports = rows.imports
        self.width = rows.width - len(INDENT)

    def of(self, item: Relation, stem: str) -> Iterator[list[str]]:
        """A class mapped to its table; a view, or a table without a primary key, is a model of rows that are read."""
        if not primary(item):
            yield from self.rows.read(item, stem)
            return
        names = attribute_names(item.fields, _RESERVED)
        parts = [
            docstring(item.comment or ""),
            [*assigned("__pgconform__", string(item.qualified), self.width), *self._table(item)],
            [*self._notes(item), *(line for one in item.fields for line in self._field(item, one, names[one.name]))],
        ]
        body = [line for part in parts if part for line in ("", *part)][1:]
        yield [*class_line(stem, f"{BASE}, table=True", self.rows.width), *indented(body)]

    def _table(self, item: Relation) -> list[str]:
        several = tuple(link for link in item.links if self._reachable(link) and len(link.columns) > 1)
        lines = assigned("__tablename__", string(item.name), self.width)
        said = sa_table.arguments(item, several)
        return [*lines, *nesting.lines(said, self.width, before="__table_args__ = ")]

    def _notes(self, item: Relation) -> list[str]:
        """What the class leaves unsaid of its table."""
        away = [link for link in item.links if not self._reachable(link)]
        told = [f"# {', '.join(link.columns)}: refers to {link.target_schema}.{link.target}" for link in away]
        return [*told, *sa_table.unsaid(item)]

    def _reachable(self, link: Link) -> bool:
        """SQLAlchemy has words for it and finds the table: its class is here, and no name has the dot it splits."""
        known = (link.target_schema, link.target) in self.mapped
        return known and link.enforced and "." not in link.target_schema + link.target

    def _field(self, item: Relation, one: Field, name: str) -> list[str]:
        typed = self.types.noted(self.types.of(one.type))
        shown = self._literal(one) or typed.annotation
        nullable = one.nullable is not False
        if nullable and shown != "JsonValue":
            shown = f"{shown} | None"
        self.imports.use("Field")
        said = (*self._link(item, one), *_made(one), *_told(one, primary(item)))
        column = Call("sa.Column(", (string(one.name), typed.column, *said))
        unneeded = ("default=None",) if one.filled or nullable or one.generated else ()
        value = Call("Field(", (*unneeded, nesting.named("sa_column", column)))
        return nesting.annotated(name, shown, value, self.width)

    def _literal(self, one: Field) -> str:
        """The Literal of a column that a CHECK leaves few values; "" where it would take too much of the line."""
        values = closed(one.type, one.bounds)
        kind = one.type.kind if isinstance(one.type, Scalar) else ""
        shown = f"Literal[{', '.join(value if kind in _WHOLE else string(value) for value in values)}]"
        if not values or kind == "bpchar" or len(shown) + len(one.name) > self.width // 2:
            return ""
        self.imports.use("Literal")
        return shown

    def _link(self, item: Relation, one: Field) -> Iterator[Node]:
        for link in item.links:
            if link.columns == (one.name,) and self._reachable(link):
                yield Call("sa.ForeignKey(", (sa_table.target(link, link.target_columns[0]), *sa_table.actions(link)))


def primary(item: Relation) -> tuple[str, ...]:
    """The columns of a table's primary key; none of a view's."""
    if item.kind not in TABLES:
        return ()
    return next((key.columns for key in item.keys if key.kind == "primary"), ())


def _made(one: Field) -> Iterator[Node]:
    """How the database makes the column's values."""
    if one.generated:
        stored = "persisted=True" if one.generated == "stored" else "persisted=False"
        yield Call("sa.Computed(", (string(escaped(one.default or "")), stored))
    elif one.identity:
        yield Call("sa.Identity(", ("always=True",) if one.identity == "always" else ())
    elif found := _SEQUENCE.fullmatch(one.default or ""):
        schema, name = named_by(found[1].replace("''", "'"))
        yield Call("sa.Sequence(", (string(name or found[1]), *((f"schema={string(schema)}",) if schema else ())))


def _told(one: Field, key: tuple[str, ...]) -> Iterator[Node]:
    if one.name in key:
        yield "primary_key=True"
        if isinstance(one.type, Scalar) and one.type.kind in _WHOLE and not (one.identity or one.default):
            yield "autoincrement=False"
    elif one.nullable is False:
        yield "nullable=False"
    if one.default and not one.generated:
        yield nesting.named("server_default", sql_text(one.default))
    if one.comment:
        yield f"comment={string(one.comment)}"
