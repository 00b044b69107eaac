"""How annotations, decorators and texts of a program are written in facts."""

from __future__ import annotations

import ast


def encodable(value: str) -> str:
    """The text, lone surrogates replaced: they have no UTF-8."""
    return value if value.isascii() else value.encode("utf-8", "replace").decode()


INJECTING = frozenset({"Depends", "Security"})
"""FastAPI's marks of the function that gives a parameter its value, which is kept of them in an annotation."""


def spelled(node: ast.expr | None) -> str:
    """An annotation, decorator or default as Python; "" when there is none."""
    if node is None:
        return ""
    if isinstance(node, ast.Name):
        return node.id
    match node:
        case ast.Constant(value=str(text)):
            return encodable(text)
        case ast.Constant(value=value):
            return str(value)
        case ast.Attribute(value=base, attr=name):
            return f"{spelled(base)}.{name}"
        case ast.Subscript(value=base, slice=inner):
            return f"{spelled(base)}[{spelled(inner)}]"
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return f"{spelled(left)} | {spelled(right)}"
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return ", ".join(map(spelled, items))
        case ast.Call(func=function, args=args):
            name = spelled(function)
            return f"{name}({spelled(args[0])})" if args and name.rpartition(".")[2] in INJECTING else name
    return "?"
