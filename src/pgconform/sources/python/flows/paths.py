"""Divisions that join the parts of a path."""

from __future__ import annotations

import ast

from pgconform.support.patterns import deferred

_FOLDER = deferred(r"(?i)dir|path|root|folder|here|sql|quer")


def is_path(node: ast.BinOp) -> bool:
    """``folder / "name"``: a division only where nothing tells."""
    if isinstance(node.right, ast.JoinedStr) or (
        isinstance(node.right, ast.Constant) and type(node.right.value) is str
    ):
        return True
    left = node.left
    name = left.id if isinstance(left, ast.Name) else left.attr if isinstance(left, ast.Attribute) else ""
    return isinstance(node.right, ast.Name) and bool(_FOLDER.search(name))
