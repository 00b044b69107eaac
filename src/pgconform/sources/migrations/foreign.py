"""Foreign keys to tables that were made by hand: the columns they refer to, typed as those that refer to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pgconform.sources.migrations.apply import LACKS_COLUMN, Application, Pending
from pgconform.sources.migrations.places import Name
from pgconform.sources.migrations.touch import column_definitions, commands, constraints, relation_name, strings
from pgconform.sql.parser import Tree

_SERIAL = {"serial": "int4", "serial4": "int4", "bigserial": "int8", "serial8": "int8", "smallserial": "int2"}

_TYPE = """
    SELECT format_type(atttypid, NULL) FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attname = %s AND NOT attisdropped
"""


@dataclass(frozen=True)
class Reference:
    """A foreign key: ``own`` columns of ``table`` refer to ``columns`` of ``target``; ``types`` as far as spelled."""

    table: Name
    own: tuple[str, ...]
    target: Name
    columns: tuple[str, ...]
    types: dict[str, str]


def complete_targets(application: Application) -> bool:
    """Give the tables that nothing creates the columns, and the keys, that pending foreign keys refer to."""
    made = False
    for one in application.pending:
        if one.failure.code in LACKS_COLUMN:
            for reference in references(one):
                if reference.target in application.placeholders:
                    made |= complete(application, reference)
    return made


def complete(application: Application, reference: Reference) -> bool:
    """Give the table that a foreign key refers to what it lacks for that."""
    from psycopg import sql

    table, made = sql.Identifier(*reference.target), False
    for own, column in zip(reference.own, reference.columns, strict=True):
        type_ = sql.SQL(reference.types.get(own) or _known_type(application, reference.table, own))
        add = sql.SQL("ALTER TABLE {} ADD COLUMN {} {}").format(table, sql.Identifier(column), type_)
        if application.session.run(add.as_bytes(None)) is None:
            application.referred.add((reference.target, column))
            made = True
    if (reference.target, reference.columns) in application.keyed:
        return made
    application.keyed.add((reference.target, reference.columns))
    kind = sql.SQL("PRIMARY KEY" if reference.columns == ("id",) else "UNIQUE")
    columns = sql.SQL(", ").join(map(sql.Identifier, reference.columns))
    unique = sql.SQL("ALTER TABLE {} ADD {} ({})").format(table, kind, columns)
    return made | (application.session.run(unique.as_bytes(None)) is None)


def _known_type(application: Application, table: Name, column: str) -> str:
    from psycopg import sql

    name = sql.Identifier(*table).as_string(None)
    row = application.session.owner.execute(_TYPE, (name, column)).fetchone()
    return str(row[0]) if row else "uuid"


def references(one: Pending) -> Iterator[Reference]:
    """The foreign keys that a statement makes."""
    tree = one.statement.tree
    definitions = [command.get("def", {}) for command in commands(tree)]
    columns = [*column_definitions(tree), *(node["ColumnDef"] for node in definitions if "ColumnDef" in node)]
    loose = [*constraints(tree), *(node["Constraint"] for node in definitions if "Constraint" in node)]
    types = {column.get("colname", ""): spelled(column.get("typeName", {})) for column in columns}
    for column in columns:
        for node in column.get("constraints", ()):
            if _is_foreign(node.get("Constraint", {})):
                yield _reference(one, node["Constraint"], (column["colname"],), types)
    for constraint in loose:
        if _is_foreign(constraint):
            yield _reference(one, constraint, tuple(strings(constraint.get("fk_attrs", []))), types)


def _is_foreign(constraint: Tree) -> bool:
    return bool(constraint.get("contype") == "CONSTR_FOREIGN")


def _reference(one: Pending, constraint: Tree, own: tuple[str, ...], types: dict[str, str]) -> Reference:
    schema, name = relation_name(constraint.get("pktable", {}))
    there = tuple(strings(constraint.get("pk_attrs", []))) or (("id",) if len(own) == 1 else own)
    here = relation_name(one.statement.tree.get("relation", {}))
    return Reference((here[0] or one.here, here[1]), own, (schema or one.here, name), there, types)


def spelled(node: Tree) -> str:
    """A TypeName as SQL, without its modifier; a serial as the integer it is."""
    from psycopg import sql

    names = strings(node.get("names", []))
    if not names or node.get("arrayBounds"):
        return "text"
    if len(names) == 1 and names[0] in _SERIAL:
        return _SERIAL[names[0]]
    return sql.Identifier(*names).as_string(None)
