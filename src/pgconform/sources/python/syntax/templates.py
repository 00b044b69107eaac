"""T-strings (PEP 750) in a syntax tree, the same whichever Python reads them."""

from __future__ import annotations

import ast
from collections.abc import Container
from typing import Any

from pgconform.support.patterns import deferred

_BEGINS = deferred(rb"[\"'](?:(?<=[tT].)(?<!\w..)|(?<=[tT][rR].|[rR][tT].)(?<!\w...))")
_KIND: Any = getattr(ast, "TemplateStr", None)
_FIELD: Any = getattr(ast, "Interpolation", None)


class Template(ast.JoinedStr):
    """A t-string, of the parts that an f-string has."""

    __slots__ = ()


def unified(tree: ast.Module, source: bytes) -> ast.Module:
    """The tree of a file, its own nodes of t-strings made ours; an older Python has none."""
    if _KIND is not None and _BEGINS.search(source):
        for node in ast.walk(tree):
            if type(node) is _KIND:
                node.__class__ = Template
            elif type(node) is _FIELD:
                node.__class__ = ast.FormattedValue
    return tree


def marked(tree: ast.Module, places: Container[tuple[int, int]]) -> ast.Module:
    """The tree in which the f-strings at these places, by line and byte, are t-strings."""
    for node in ast.walk(tree):
        if type(node) is ast.JoinedStr and (node.lineno, node.col_offset) in places:
            node.__class__ = Template
    return tree


def form(part: ast.expr) -> str:
    """What stands behind the colon of a field: "s" where nothing does, "?" where that is not known; "" of text."""
    match part:
        case ast.FormattedValue(conversion=-1, format_spec=None):
            return "s"
        case ast.FormattedValue(conversion=-1, format_spec=ast.JoinedStr(values=[ast.Constant(value=str(said))])):
            return said
    return "" if isinstance(part, ast.Constant) else "?"
