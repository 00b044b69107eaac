"""Where the statements of a ``try`` can fail, which is where a handler takes over."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from pgconform.sources.python.flows.logs import tells

_SAFE = frozenset(
    {"update", "append", "extend", "setdefault", "add", "clear", "copy", "get", "items", "keys", "values"}
)
"""Methods of dicts and lists that do not fail."""
_CALLS = frozenset({"dict", "list", "len", "str", "isinstance", "range", "enumerate", "zip"})
_FAILS = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.Await)
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match)
_DEFINES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def failing(body: Sequence[ast.stmt]) -> tuple[ast.stmt | None, ...]:
    """The statements before which a body is left at first and at last, or the one that is both; () where none can fail.

    The last is None where it is within a block that only may be run.
    """
    first = next((statement for statement in body if _fails(statement)), None)
    if first is None:
        return ()
    last = _last(body)
    return (first,) if first is last else (first, last)


def _last(body: Sequence[ast.stmt]) -> ast.stmt | None:
    for statement in reversed(body):
        if isinstance(statement, ast.With | ast.AsyncWith):
            return _last(statement.body) if _any_fails(statement.body) else statement
        if isinstance(statement, _BLOCKS) and _any_fails(_inner(statement)):
            return None
        if _fails(statement):
            return statement
    return None


def _inner(block: ast.stmt) -> list[ast.AST]:
    return [part for part in ast.iter_child_nodes(block) if not isinstance(part, ast.expr)]


def _any_fails(parts: Sequence[ast.AST]) -> bool:
    return any(_fails(part) for part in parts)


def _fails(part: ast.AST) -> bool:
    """Something in it can fail."""
    return not isinstance(part, _DEFINES) and any(map(_can_fail, ast.walk(part)))


def _can_fail(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute):
            safe = function.attr in _SAFE or (function.attr == "pop" and len(node.args) > 1)
        else:
            safe = isinstance(function, ast.Name) and function.id in _CALLS
        return not safe and not tells(function)
    return isinstance(node, _FAILS) or (isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load))
