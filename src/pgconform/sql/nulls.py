"""The NULL and the DEFAULT that an INSERT or an UPDATE writes as such."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.schema import TABLES, Access, Relation
from pgconform.shape import Field, Scalar
from pgconform.sql.parser import SqlSyntaxError, Tree, parse
from pgconform.sql.standing import Open
from pgconform.support.patterns import deferred

if TYPE_CHECKING:
    from pgconform.sql.pairs import StatementPair

_WRITES = deferred(r"\s*(?:insert|update)\b", re.IGNORECASE)
_SAID = deferred(r"\b(?:null|default)\b", re.IGNORECASE)
_SOME = frozenset({"whereClause", "havingClause", "limitCount", "limitOffset"})
_ACCESS = {"InsertStmt": Access.INSERT, "UpdateStmt": Access.UPDATE}


def written_nulls(pair: StatementPair) -> Iterator[Pair]:
    """The columns that are given NULL; those that are given a DEFAULT as an INSERT that leaves them out."""
    sql = pair.normal.sql
    if pair.unjudged or pair.kind or not (_WRITES.match(sql) and _SAID.search(sql)):
        return
    try:
        (statement,) = parse(sql.encode(), data=True)
    except (SqlSyntaxError, ValueError):
        return
    relation = _relation(pair, statement.tree)
    if relation is None:
        return
    access = _ACCESS[statement.kind]
    claimed = RelationPair(pair.world, relation, _claim(pair, relation, access))
    for name, node in _written(statement.tree, access):
        column = pair.world.fields(relation).get(name)
        if column is None or (access is Access.UPDATE and column.filled is None):
            continue
        if (at := _null(node, column, access)) >= 0:
            offset = pair.normal.original(len(sql.encode()[:at].decode("utf-8", "replace")))
            if Open.VALUES in pair.normal.open and not _SAID.match(pair.claim.text.value, offset):
                continue
            if pair.claim.text.is_piece(offset, offset + len("null")):
                continue  # where a function spells values for SQL, NULL is what it makes of None
            place = pair.claim.text.place(offset, len("null"))
            yield FieldPair(claimed, column, Field(name, Scalar("py.none"), nullable=True, required=True, at=place))
        elif "SetToDefault" in node and access is Access.INSERT:
            yield FieldPair(claimed, column, None)


def _claim(pair: StatementPair, of: Relation, access: Access) -> Relation:
    return Relation(of.name, of.schema, "statement", access=access, whole=False, holder=pair.holder, at=pair.claim.at)


def _relation(pair: StatementPair, tree: Tree) -> Relation | None:
    said = tree.get("relation", {})
    name, schema = said.get("relname", ""), said.get("schemaname", "")
    relation = pair.world.relation(name, schema)
    seen = relation is not None and relation.kind in TABLES and not pair.world.half_seen(name, schema)
    return relation if seen else None


def _written(tree: Tree, access: Access) -> Iterator[tuple[str, Tree]]:
    """Each column and what it is given, in every row of VALUES or by a SELECT that leaves none out."""
    if access is Access.UPDATE:
        for item in tree.get("targetList", []):
            yield item["ResTarget"].get("name", ""), item["ResTarget"].get("val", {})
        return
    names = [item["ResTarget"].get("name", "") for item in tree.get("cols", [])]
    select = tree.get("selectStmt", {}).get("SelectStmt", {})
    for row in select.get("valuesLists", []):
        yield from zip(names, row["List"].get("items", []), strict=False)
    given = [item["ResTarget"].get("val", {}) for item in select.get("targetList", [])]
    if len(given) == len(names) and not _SOME.intersection(select):
        yield from zip(names, given, strict=True)


def _null(node: Tree, column: Field, access: Access) -> int:
    """The byte at which a NULL stands, with a cast or without, or an update's DEFAULT that is none; -1: neither."""
    if access is Access.UPDATE and "SetToDefault" in node and column.filled is False and not column.generated:
        return int(node["SetToDefault"].get("location", 0))
    while "TypeCast" in node:
        node = node["TypeCast"].get("arg", {})
    said = node.get("A_Const", {})
    return int(said.get("location", 0)) if said.get("isnull") else -1
