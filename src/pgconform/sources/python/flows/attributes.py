"""Attributes of objects that a function stores something in: what they hold from there on."""

from __future__ import annotations

import ast

from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Attr, Call
from pgconform.sources.python.flows.ties import origin


def slot_of(owner: ast.expr, name: str) -> str:
    """What an attribute of a named object goes by among the names of a scope; "" for one of anything else."""
    return f"{owner.id}.{name}" if isinstance(owner, ast.Name) else ""


def slot(scope: Lower, node: ast.expr) -> str:
    """The name that holds an object, or stands for the attribute that does; "" where there is none."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.NamedExpr):
        return node.target.id
    name = slot_of(node.value, node.attr) if isinstance(node, ast.Attribute) else ""
    return name if name in scope.env else ""


def store(scope: Lower, owner: ast.expr, name: str, value: int) -> None:
    """An attribute of a named object holds that value now."""
    if scope.nested and isinstance(owner, ast.Name):
        scope.held.setdefault(owner.id, len(scope.ops))
        scope.env[slot_of(owner, name)] = value


def is_handed_on(scope: Lower, owner: str, own: int) -> bool:
    """A method of an object was called, or something was handed it, since an attribute of it was stored."""
    if owner in scope.handed:
        return True
    ops, first, of = scope.ops, scope.held.get(owner, 0), origin(scope.ops, own, scope.origins)
    scope.held[owner] = len(ops)
    for number in range(first, len(ops)):
        op = ops[number]
        if type(op) is not Call:
            continue
        function = ops[op.function]
        passed = [*op.arguments, *[value for _, value in op.keywords]]
        if type(function) is Attr:
            passed.append(function.base)
        if any(origin(ops, value, scope.origins) == of for value in passed):
            scope.handed.add(owner)
            return True
    return False
