"""Calls that are made in a thread, or by an executor: they stand for those that they make."""

from __future__ import annotations

import ast

HANDING = {"to_thread": 0, "run_in_threadpool": 0, "run_sync": 0, "run_in_executor": 1}
"""Functions that call another with what else they are given: which of their arguments that is."""
_NAMED = frozenset({"to_thread", "run_in_threadpool"})
"""Those that hand on what is named."""


def hands_on(source: bytes) -> bool:
    """A text has one of these names: what stands in it without brackets may be called too."""
    return any(name.encode() in source for name in HANDING)


def made_by(node: ast.Call) -> ast.Call:
    """The call that one of `HANDING` makes, or that itself."""
    name = _name(node.func)
    place = HANDING[name]
    if len(node.args) <= place or any(type(one) is ast.Starred for one in node.args[: place + 1]):
        return node
    if name == "run_sync" and not _is_of_threads(node.func):
        return node
    function, *arguments = node.args[place:]
    keywords = node.keywords if name in _NAMED else []
    while isinstance(function, ast.Call) and _is_partial(function):
        arguments, keywords = [*function.args[1:], *arguments], [*function.keywords, *keywords]
        function = function.args[0]
    return ast.copy_location(ast.Call(function, arguments, keywords), function)


def _is_partial(node: ast.Call) -> bool:
    return _name(node.func) == "partial" and bool(node.args) and not isinstance(node.args[0], ast.Starred)


def _is_of_threads(callee: ast.expr) -> bool:
    """``to_thread.run_sync``; what a session of SQLAlchemy has by that name hands on a session besides."""
    return isinstance(callee, ast.Attribute) and _name(callee.value) == "to_thread"


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
