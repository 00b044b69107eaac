"""Classes that are a table's: SQLAlchemy's declarative ones and SQLModel's with ``table=True``."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from pgconform.schema import Key, Link
from pgconform.sources.python.facts.expressions import Call, Const, Expr, Map
from pgconform.sources.python.models.aliases import to_snake
from pgconform.sources.python.models.columns import column_type
from pgconform.sources.python.models.constants import flag, text
from pgconform.sources.python.models.lineage import Line, Lineage, Scope
from pgconform.sources.python.models.model import Family, ModelField, Names
from pgconform.sources.python.models.orm import Column, columns_of, link, table_of
from pgconform.sources.python.models.shapes import Shapes


class Mapped(msgspec.Struct, frozen=True):
    """What a table's class declares."""

    relation: str
    fields: tuple[ModelField, ...]
    keys: tuple[Key, ...] = ()
    links: tuple[Link, ...] = ()


def is_table(line: Line, family: Family, lineage: Lineage) -> bool:
    """The class has a table, its own or one it shares with an ancestor."""
    own = line.ancestors[0]
    if family is Family.SQLMODEL:
        said = dict(own.facts.keywords)
        return flag(said.get("table"), own.scope, lineage) is True
    abstract = (item.value for item in own.facts.members if item.name == "__abstract__")
    if family is not Family.ORM or any(flag(value, own.scope, lineage) for value in abstract):
        return False
    return bool(_relation_name(line, family, lineage))


def declared(line: Line, family: Family, shapes: Shapes) -> Mapped:
    """The columns, keys and foreign keys of a table's class."""
    table = table_of(line, shapes.lineage)
    columns = _of_sqlmodel(line, shapes) if family is Family.SQLMODEL else columns_of(line, shapes.annotations)
    primary = tuple(column.field.names.given for column in columns if column.primary)
    name = _relation_name(line, family, shapes.lineage)
    keys = (Key(primary, "primary", at=columns[0].field.at),) if primary else ()
    links = tuple(column.link for column in columns if column.link)
    relation = f"{table.schema}.{name}" if table.schema else name
    return Mapped(relation, tuple(column.field for column in columns), keys + table.keys, links)


def _relation_name(line: Line, family: Family, lineage: Lineage) -> str:
    """The table's name: said, or made of the class's as SQLModel and Flask-SQLAlchemy do."""
    label = line.ancestors[0].facts.name
    name = table_of(line, lineage).name
    if name is not None:
        return name
    if family is Family.SQLMODEL:
        return label.lower()
    return to_snake(label) if any(name.startswith("flask_sqlalchemy.") for name in line.outside) else ""


def _of_sqlmodel(line: Line, shapes: Shapes) -> tuple[Column, ...]:
    """A SQLModel's fields as columns, with what ``Field(…)`` says beyond Pydantic's."""
    calls = dict(_calls(line))
    fields = shapes.fields(line, Family.SQLMODEL)
    return tuple(_sql_column(field, *calls[field.attribute], shapes.lineage) for field in fields if field.taken)


def _calls(line: Line) -> Iterator[tuple[str, tuple[Call, Scope]]]:
    for ancestor in reversed(line.ancestors):
        for member in ancestor.facts.members:
            call = member.value if isinstance(member.value, Call) else Call(Const(None))
            yield member.name, (call, ancestor.scope)


def _sql_column(field: ModelField, call: Call, scope: Scope, lineage: Lineage) -> Column:
    column = call.keyword("sa_column")
    inner = column if isinstance(column, Call) else Call(Const(None))
    name = text(inner.arguments[0], scope, lineage) if inner.arguments else None
    name = name or _keyword(call.keyword("sa_column_kwargs"), "name", scope, lineage) or field.attribute
    given = [call.keyword("sa_type"), *inner.arguments]
    types = (column_type(item, scope, lineage) for item in given if item is not None and not isinstance(item, Const))
    made = replace(
        field,
        names=Names((name,), name, name),
        type=next((type_ for type_ in types if type_), field.type),
        nullable=field.nullable or None,
        bounds=None,
    )
    primary = any(flag(item.keyword("primary_key"), scope, lineage) for item in (call, inner))
    if primary:
        made = replace(made, nullable=None)
    return Column(made, primary, link(made, text(call.keyword("foreign_key"), scope, lineage)))


def _keyword(value: Expr | None, name: str, scope: Scope, lineage: Lineage) -> str | None:
    if not isinstance(value, Map):
        return None
    return text(dict(zip(value.keys, value.values, strict=True)).get(Const(name)), scope, lineage)
