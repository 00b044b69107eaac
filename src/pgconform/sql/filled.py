"""The columns that hold no NULL in a statement's rows, or only one that the program has just written itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache, reduce
from typing import Any

from pgconform.sql.parser import SqlSyntaxError, Tree, parse

_TAKES_NULL = frozenset({"AEXPR_DISTINCT", "AEXPR_NOT_DISTINCT", "AEXPR_NULLIF"})
_HIDES_NULL = frozenset({"CoalesceExpr", "CaseExpr", "NullTest", "BooleanTest", "SubLink", "MinMaxExpr"})
_NOTHING: frozenset[str] = frozenset()


@lru_cache(maxsize=512)
def filled(sql: str) -> frozenset[str]:
    """The names of columns that a condition of the statement keeps from being NULL, or that it writes."""
    try:
        (statement,) = parse(sql.encode(), data=True)
    except (SqlSyntaxError, ValueError):
        return _NOTHING
    return frozenset(_of(statement.tree))


def _of(node: Any) -> Iterator[str]:
    match node:
        case {"JoinExpr": {"jointype": "JOIN_INNER", "quals": condition}}:
            yield from _kept(condition)
        case {"whereClause": condition}:
            yield from _kept(condition)
    if isinstance(node, dict):
        yield from _written(node)
    for part in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from _of(part)


def _written(node: Tree) -> Iterator[str]:
    """The columns that an INSERT lists, or an UPDATE sets."""
    if "relation" in node:
        listed = (*node.get("cols", ()), *node.get("targetList", ()))
        yield from (item["ResTarget"].get("name", "") for item in listed if "ResTarget" in item)


def _kept(condition: Tree) -> frozenset[str]:
    """The columns that are not NULL where the condition holds."""
    match condition:
        case {"BoolExpr": {"boolop": "OR_EXPR", "args": args}}:
            return reduce(frozenset.intersection, map(_kept, args))
        case {"BoolExpr": {"boolop": "AND_EXPR", "args": args}}:
            return _NOTHING.union(*map(_kept, args))
        case {"NullTest": {"nulltesttype": "IS_NOT_NULL", "arg": tested}}:
            return frozenset(_columns(tested))
        case {"A_Expr": {"kind": kind, **sides}} if kind not in _TAKES_NULL:
            return frozenset(_columns([sides.get("lexpr"), sides.get("rexpr")]))
        case {"SubLink": {"subLinkType": "ANY_SUBLINK", "testexpr": tested}}:
            return frozenset(_columns(tested))
    return _NOTHING


def _columns(node: Any) -> Iterator[str]:
    """The columns of which a NULL makes all of this NULL."""
    match node:
        case {"ColumnRef": {"fields": [*_, {"String": {"sval": str(name)}}]}}:
            yield name
        case dict():
            yield from (name for key, part in node.items() if key not in _HIDES_NULL for name in _columns(part))
        case list():
            yield from (name for part in node for name in _columns(part))
