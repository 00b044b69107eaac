"""What a statement makes, changes or takes away, read off its tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from pgconform.shape import Location
from pgconform.sources.migrations.script import Statement
from pgconform.sql.parser import SqlSyntaxError, Tree, parse
from pgconform.sql.split import first_word
from pgconform.support.patterns import deferred

_RELATIONS = frozenset({"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"})
_TYPES = frozenset({"OBJECT_TYPE", "OBJECT_DOMAIN"})
_FUNCTIONS = frozenset({"OBJECT_FUNCTION", "OBJECT_PROCEDURE", "OBJECT_ROUTINE"})
_INPUT_MODES = frozenset({"FUNC_PARAM_DEFAULT", "FUNC_PARAM_IN", "FUNC_PARAM_INOUT", "FUNC_PARAM_VARIADIC"})
_NESTED = deferred(
    rb"\b(?:CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:UNLOGGED|MATERIALIZED|UNIQUE|RECURSIVE|FOREIGN)\s+)?"
    rb"(?:TABLE|VIEW|TYPE|DOMAIN|INDEX|SCHEMA)|ALTER\s+(?:TABLE|TYPE|DOMAIN|VIEW)|DROP\s+(?:TABLE|VIEW|TYPE|DOMAIN))\b"
    rb"(?:[^;']|'(?:[^']|'')*')*;",
    re.IGNORECASE,
)


class Touch(NamedTuple):
    """``verb`` ("create", "alter", "drop", "rename") of a ``what`` ("relation", "type", "function", "schema").

    ``part`` is the column of a relation (``part_kind`` "column"), or its constraint or unique index ("constraint");
    ``to`` the new name, or with ``verb`` "move" the new schema; ``arity`` counts a function's inputs.
    ``certain``: False in a DO block, which may not have come to it.
    """

    verb: str
    what: str
    schema: str
    name: str
    at: Location
    part: str = ""
    part_kind: str = ""
    to: str = ""
    arity: int = 0
    certain: bool = True


def touches(statement: Statement) -> Iterator[Touch]:
    """All of what a statement touches, as far as its tree says; of a DO block, what its body spells out."""
    tree = statement.tree
    match statement.kind:
        case "CreateStmt" | "CreateForeignTableStmt" | "AlterTableStmt" | "IndexStmt":
            yield from _of_table(statement, tree)
        case "ViewStmt" | "CreateTableAsStmt":
            yield from _of_query(statement, tree)
        case "RenameStmt" | "AlterObjectSchemaStmt":
            yield from _of_rename(statement, tree)
        case "DropStmt":
            yield from _of_drop(statement, tree)
        case "DoStmt":
            for nested in within(statement):
                yield from (touch._replace(certain=False) for touch in touches(nested))
        case _:
            yield from _of_named(statement, tree)


def within(statement: Statement) -> Iterator[Statement]:
    """The statements that define something and stand as such in the body of a DO block."""
    whole = statement.document.sql
    for match in _NESTED.finditer(whole, statement.start, statement.end):
        try:
            found = parse(match[0])
        except SqlSyntaxError:
            continue
        for one in found:
            start = first_word(whole, match.start() + one.start)
            yield Statement(statement.document, start, match.start() + one.end, one.kind, one.tree, match.start())


def relation_name(tree: Tree) -> tuple[str, str]:
    """(schema, name) of a RangeVar; schema "" where none is written."""
    return tree.get("schemaname", ""), tree.get("relname", "")


def qualified(parts: list[Tree]) -> tuple[str, str]:
    """(schema, name) of a list of String nodes."""
    words = strings(parts)
    return (words[-2] if len(words) > 1 else "", words[-1]) if words else ("", "")


def strings(nodes: list[Tree]) -> list[str]:
    """The texts of String nodes."""
    return [node["String"].get("sval", "") for node in nodes if "String" in node]


def column_definitions(tree: Tree) -> Iterator[Tree]:
    """The ColumnDef nodes of a CREATE TABLE."""
    table = tree.get("base", tree)
    yield from (node["ColumnDef"] for node in table.get("tableElts", ()) if "ColumnDef" in node)


def constraints(tree: Tree) -> Iterator[Tree]:
    """The Constraint nodes of a table's own list."""
    table = tree.get("base", tree)
    yield from (node["Constraint"] for node in table.get("tableElts", ()) if "Constraint" in node)


def commands(tree: Tree) -> Iterator[Tree]:
    """The AlterTableCmd nodes of an ALTER TABLE."""
    yield from (node["AlterTableCmd"] for node in tree.get("cmds", ()))


def _of_table(statement: Statement, tree: Tree) -> Iterator[Touch]:
    schema, name = relation_name(tree.get("base", tree).get("relation", {}))
    if statement.kind == "AlterTableStmt":
        for command in commands(tree):
            yield _of_command(statement, command, schema, name)
    elif statement.kind == "IndexStmt":
        if tree.get("unique") and tree.get("idxname"):
            yield Touch("create", "relation", schema, name, statement.at, tree["idxname"], "constraint")
    else:
        yield Touch("create", "relation", schema, name, statement.at)
        yield from _parts(statement, tree, schema, name)


def _parts(statement: Statement, tree: Tree, schema: str, name: str) -> Iterator[Touch]:
    for column in column_definitions(tree):
        at = statement.place(column.get("location", 0))
        yield Touch("create", "relation", schema, name, at, column["colname"], "column")
    for constraint in constraints(tree):
        at = statement.place(constraint.get("location", 0))
        yield Touch("create", "relation", schema, name, at, _constraint_name(constraint), "constraint")


def _constraint_name(constraint: Tree) -> str:
    """Its name, or what it is over: ``CONSTR_PRIMARY(a,b)``."""
    keys = constraint.get("keys") or constraint.get("fk_attrs") or []
    return constraint.get("conname") or f"{constraint.get('contype', '')}({','.join(strings(keys))})"


def _of_command(statement: Statement, command: Tree, schema: str, name: str) -> Touch:
    subtype, definition = command.get("subtype", ""), command.get("def", {})
    if subtype == "AT_AddColumn":
        column = definition["ColumnDef"]
        at = statement.place(column.get("location", 0))
        return Touch("create", "relation", schema, name, at, column["colname"], "column")
    if subtype == "AT_AddConstraint":
        constraint = definition["Constraint"]
        at = statement.place(constraint.get("location", 0))
        return Touch("create", "relation", schema, name, at, _constraint_name(constraint), "constraint")
    if subtype == "AT_DropColumn":
        return Touch("drop", "relation", schema, name, statement.at, command["name"], "column")
    is_column = subtype.startswith(("AT_AlterColumn", "AT_SetNotNull", "AT_DropNotNull", "AT_ColumnDefault"))
    is_column = is_column or subtype.endswith(("Identity", "Expression"))
    part = command.get("name", "") if is_column else ""
    return Touch("alter", "relation", schema, name, statement.at, part, "column" if part else "")


def _of_query(statement: Statement, tree: Tree) -> Iterator[Touch]:
    schema, name = relation_name(tree["view"] if "view" in tree else tree.get("into", {}).get("rel", {}))
    yield Touch("create", "relation", schema, name, statement.at)
    query = tree.get("query", {}).get("SelectStmt", {})
    aliases = strings(tree.get("aliases", []))
    for number, node in enumerate(query.get("targetList", ())):
        target = node.get("ResTarget", {})
        column = aliases[number] if number < len(aliases) else target.get("name") or _last_name(target)
        if column:
            at = statement.place(target.get("location", 0))
            yield Touch("create", "relation", schema, name, at, column, "column")


def _last_name(target: Tree) -> str:
    words = strings(target.get("val", {}).get("ColumnRef", {}).get("fields", []))
    return words[-1] if words else ""


def _of_rename(statement: Statement, tree: Tree) -> Iterator[Touch]:
    moved = statement.kind == "AlterObjectSchemaStmt"
    kind = tree.get("objectType" if moved else "renameType", "")
    verb, to = ("move", tree.get("newschema", "")) if moved else ("rename", tree.get("newname", ""))
    if kind in _RELATIONS and "relation" in tree:
        yield Touch(verb, "relation", *relation_name(tree["relation"]), statement.at, to=to)
    elif kind == "OBJECT_COLUMN" and "relation" in tree:
        schema, name = relation_name(tree["relation"])
        yield Touch(verb, "relation", schema, name, statement.at, tree.get("subname", ""), "column", to)
    elif kind in _TYPES:
        yield Touch(verb, "type", *qualified(_items(tree.get("object", {}))), statement.at, to=to)
    elif kind in _FUNCTIONS:
        function = tree.get("object", {}).get("ObjectWithArgs", {})
        yield Touch(verb, "function", *qualified(function.get("objname", [])), statement.at, to=to)


def _items(node: Tree) -> list[Any]:
    inner = node.get("List", {}).get("items") or node.get("TypeName", {}).get("names")
    return inner or ([node] if "String" in node else [])


def _of_drop(statement: Statement, tree: Tree) -> Iterator[Touch]:
    kind = tree.get("removeType", "")
    what = "relation" if kind in _RELATIONS else "type" if kind in _TYPES else ""
    what = "function" if kind in _FUNCTIONS else "schema" if kind == "OBJECT_SCHEMA" else what
    for node in tree.get("objects", ()) if what else ():
        parts = node["ObjectWithArgs"].get("objname", []) if "ObjectWithArgs" in node else _items(node)
        yield Touch("drop", what, *qualified(parts), statement.at)


def _of_named(statement: Statement, tree: Tree) -> Iterator[Touch]:
    match statement.kind:
        case "CreateEnumStmt" | "CreateRangeStmt":
            yield Touch("create", "type", *qualified(tree.get("typeName", [])), statement.at)
        case "AlterEnumStmt":
            yield Touch("alter", "type", *qualified(tree.get("typeName", [])), statement.at)
        case "CreateDomainStmt":
            yield Touch("create", "type", *qualified(tree.get("domainname", [])), statement.at)
        case "AlterDomainStmt":
            yield Touch("alter", "type", *qualified(tree.get("typeName", [])), statement.at)
        case "CompositeTypeStmt":
            yield Touch("create", "type", *relation_name(tree.get("typevar", {})), statement.at)
        case "CreateFunctionStmt":
            modes = [node["FunctionParameter"].get("mode") for node in tree.get("parameters", ())]
            arity = sum(mode in _INPUT_MODES for mode in modes)
            yield Touch("create", "function", *qualified(tree.get("funcname", [])), statement.at, arity=arity)
        case "CreateSchemaStmt":
            yield Touch("create", "schema", "", tree.get("schemaname", ""), statement.at)
