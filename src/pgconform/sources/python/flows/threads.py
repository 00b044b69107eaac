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
    callee = node.func
    name = callee.attr if type(callee) is ast.Attribute else callee.id if type(callee) is ast.Name else ""
    place = HANDING.get(name, 0)
    if len(node.args) <= place or any(type(one) is ast.Starred for one in node.args[: place + 1]):
        return node
    if name == "run_sync" and not _is_of_threads(callee):
        return node
    function, *arguments = node.args[place:]
    keywords = node.keywords if name in _NAMED else []
    while isinstance(function, ast.Call) and _is_partial(function):
        arguments, keywords = [*function.args[1:], *arguments], [*function.keywords, *keywords]
        function = function.args[0]
    return ast.copy_location(ast.Call(function, arguments, keywords), function)


def _is_partial(node: ast.Call) -> bool:
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return called == "partial" and bool(node.args) and not isinstance(node.args[0], ast.Starred)


def _is_of_threads(callee: ast.expr) -> bool:
    """``to_thread.run_sync``; what a session of SQLAlchemy has by that name hands on a session besides."""
    owner = callee.value if isinstance(callee, ast.Attribute) else callee
    return (owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")) == "to_thread"
