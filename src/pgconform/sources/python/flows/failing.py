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
_FAILS = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.Delete)
_TAKEN = (ast.Try, ast.TryStar, ast.Match)
_HEADS = ("test", "iter")
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.Try, ast.TryStar, ast.Match)
_PLAIN = (ast.Constant, ast.Name, ast.Lambda)
_DISPLAYS = (ast.List, ast.Tuple, ast.Set)


def failing(body: Sequence[ast.stmt]) -> tuple[ast.stmt | None, ...]:
    """The statements before which a body is left at first and at last, or the one that is both; () where none can fail.

    The last is None where it is within a block that only may be run.
    """
    first = next(filter(_fails, body), None)
    if first is None:
        return ()
    last = _last(body)
    return (first,) if first is last else (first, last)


def _last(body: Sequence[ast.stmt]) -> ast.stmt | None:
    for statement in reversed(body):
        if isinstance(statement, ast.With | ast.AsyncWith):
            return _last(statement.body) or statement
        if _fails(statement):
            return None if isinstance(statement, _BLOCKS) and _any_fails(statement) else statement
    return None


def _fails(statement: ast.stmt) -> bool:
    """Something in a statement can fail."""
    if isinstance(statement, _BLOCKS):
        return any(_can_fail(getattr(statement, name, None)) for name in _HEADS) or _any_fails(statement)
    value = getattr(statement, "value", None)
    return isinstance(statement, _FAILS) if value is None else _can_fail(value)


def _any_fails(block: ast.stmt) -> bool:
    """A statement within a block can fail."""
    return any(map(_fails, [*getattr(block, "body", ()), *getattr(block, "orelse", ())])) or isinstance(block, _TAKEN)


def _can_fail(node: ast.expr | None) -> bool:
    if node is None or isinstance(node, _PLAIN):
        return False
    if isinstance(node, ast.Call):
        return not _is_safe(node) or any(map(_can_fail, node.args))
    if isinstance(node, ast.Compare):
        return _can_fail(node.left) or any(map(_can_fail, node.comparators))
    if isinstance(node, ast.Dict):
        return any(map(_can_fail, node.keys)) or any(map(_can_fail, node.values))
    return not isinstance(node, _DISPLAYS) or any(map(_can_fail, node.elts))


def _is_safe(call: ast.Call) -> bool:
    function = call.func
    if tells(function):
        return True
    if isinstance(function, ast.Attribute):
        return function.attr in _SAFE or (function.attr == "pop" and len(call.args) > 1)
    return isinstance(function, ast.Name) and function.id in _CALLS
