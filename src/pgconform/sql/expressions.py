"""Conditions of policies compared: what they name, for the server keeps them in a spelling of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pgconform.sql.parser import SqlSyntaxError, parse


def named(expression: str) -> frozenset[str] | None:
    """The columns and functions (``f()``) of a condition; None where it reads another table, or is no SQL."""
    try:
        (found,) = parse(f"create policy p on t using ({expression})".encode())
    except (SqlSyntaxError, ValueError):
        return None
    names = list(_names(found.tree.get("qual", {})))
    return None if None in names else frozenset(name for name in names if name)


def _names(node: Any) -> Iterator[str | None]:
    """Each name, in the order of the tree; None for what makes it impossible to tell."""
    if isinstance(node, list):
        for item in node:
            yield from _names(item)
    elif isinstance(node, dict):
        for kind, inner in node.items():
            match kind:
                case "ColumnRef":
                    yield _last(inner.get("fields", []))
                case "FuncCall":
                    name = _last(inner.get("funcname", []))
                    yield f"{name}()" if name else None
                    yield from _names(inner.get("args", []))
                case "SelectStmt" if "fromClause" in inner:
                    yield None
                case _:
                    yield from _names(inner)


def _last(parts: list[dict[str, Any]]) -> str | None:
    """The last part of a name that may be qualified; None of ``*``."""
    return parts[-1]["String"].get("sval") if parts and "String" in parts[-1] else None
