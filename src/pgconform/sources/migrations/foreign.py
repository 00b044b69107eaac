"""Foreign keys to tables that were made by hand: the columns they refer to, typed as those that refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgconform.sources.migrations.apply import Application, Pending
from pgconform.sources.migrations.parser import Tree
from pgconform.sources.migrations.places import Name
from pgconform.sources.migrations.touch import column_definitions, commands, constraints, relation_name, strings

_SERIAL = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8", "smallserial": "int2"}
CODES = frozenset({"42703", "42830", "42704", "42P10"})


@dataclass(frozen=True)
class Reference:
    """A foreign key: where it is, the table it refers to, the columns there, and those here with their types."""

    table: Name
    target: Name
    columns: tuple[str, ...]
    types: tuple[str, ...]


def complete_targets(application: Application) -> bool:
    """Give the tables that nothing creates the columns, and the keys, that pending foreign keys refer to."""
    made = False
    for one in application.pending:
        if one.failure.code in CODES:
            for reference in _references(one):
                if reference.target in application.placeholders:
                    made |= _complete(application, reference)
    return made


def _complete(application: Application, reference: Reference) -> bool:
    from psycopg import sql

    table = sql.Identifier(*reference.target)
    made = False
    for column, type_ in zip(reference.columns, reference.types, strict=True):
        add = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(table, sql.Identifier(column), sql.SQL(type_))
        made |= application.session.run(add.as_bytes(None)) is None
    unique = sql.SQL("ALTER TABLE {} ADD {} ({})").format(
        table,
        sql.SQL("PRIMARY KEY" if reference.columns == ("id",) else "UNIQUE"),
        sql.SQL(", ").join(map(sql.Identifier, reference.columns)),
    )
    if (reference.target, reference.columns) in application.keyed:
        return made
    application.keyed.add((reference.target, reference.columns))
    return made | (application.session.run(unique.as_bytes(None)) is None)


def _references(one: Pending) -> Iterator[Reference]:
    tree, kind = one.statement.tree, one.statement.kind
    if kind == "CreateStmt":
        types = {column["colname"]: spelled(column.get("typeName", {})) for column in column_definitions(tree)}
        yield from _of_columns(one, column_definitions(tree))
        yield from (_of_constraint(one, node, types) for node in constraints(tree) if _is_foreign(node))
    elif kind == "AlterTableStmt":
        for command in commands(tree):
            definition = command.get("def", {})
            if "ColumnDef" in definition:
                yield from _of_columns(one, [definition["ColumnDef"]])
            elif _is_foreign(definition.get("Constraint", {})):
                yield _of_constraint(one, definition["Constraint"], {})


def _of_columns(one: Pending, columns: Iterator[Tree] | list[Tree]) -> Iterator[Reference]:
    for column in columns:
        for node in column.get("constraints", ()):
            if _is_foreign(constraint := node.get("Constraint", {})):
                yield _of_constraint(one, constraint, {}, spelled(column.get("typeName", {})))


def _is_foreign(constraint: Tree) -> bool:
    return bool(constraint.get("contype") == "CONSTR_FOREIGN")


def _of_constraint(one: Pending, constraint: Tree, types: dict[str, str], own: str = "") -> Reference:
    schema, name = relation_name(constraint.get("pktable", {}))
    here = strings(constraint.get("fk_attrs", []))
    there = strings(constraint.get("pk_attrs", [])) or (["id"] if len(here) < 2 else here)
    known = [own or types.get(column, "uuid") for column in here] or [own or "uuid"] * len(there)
    table = relation_name(one.statement.tree.get("relation", {}))
    return Reference(
        (table[0] or one.here, table[1]), (schema or one.here, name), tuple(there), tuple(known[: len(there)])
    )


def spelled(node: Tree) -> str:
    """A TypeName as SQL, without its modifier; a serial as the integer it is."""
    from psycopg import sql

    names = strings(node.get("names", []))
    if not names or node.get("arrayBounds"):
        return "text"
    if len(names) == 1 and names[0] in _SERIAL:
        return _SERIAL[names[0]]
    return sql.Identifier(*names).as_string(None)
