"""Loops over lists that a program has written down, as far as they do the same with every item."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pgconform.sources.python.flows.cursors import holds_rows
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Attr, Call, Elem, Free, Map, Op, Param, Seq
from pgconform.sources.python.flows.ties import built
from pgconform.sources.python.syntax.tree import within

_LISTING = frozenset({"items", "keys", "values"})


def met(scope: Lower, node: ast.expr, items: int) -> int:
    """What a loop over these items runs over: of a cursor that was sent something, the rows."""
    named = scope.file.sends and isinstance(node, ast.Name | ast.Attribute)
    if not named or not holds_rows(scope.ops, items):
        return items
    line, column, *_ = scope.place(node)
    return scope.add(Call(scope.add(Attr(items, "fetchall", line, column)), (), (), line, column, "fetchall"))


def element(scope: Lower, items: int, target: ast.expr, body: Sequence[ast.AST]) -> Elem:
    """What a loop over these items binds; it does the same with each where they are written down and it never asks."""
    written = is_listed(scope.ops, items) or _is_starred(scope, items)
    left = _leaves(_names(target), body) if written else None
    return Elem(items) if left is None else Elem(items, True, left)


def is_listed(ops: Sequence[Op], number: int) -> bool:
    """A loop goes through what the program has written down, here or under a name of its module."""
    if built(ops, number) >= 0:
        return True
    op = ops[number]
    if type(op) is Call and op.name in _LISTING and type(function := ops[op.function]) is Attr:
        return type(ops[function.base]) in (Free, Map)
    return type(op) is Free or (type(op) is Seq and bool(op.items))


def _is_starred(scope: Lower, number: int) -> bool:
    """A parameter that takes all further arguments: what calls write down."""
    op = scope.ops[number]
    return type(op) is Param and scope.file.scopes[scope.number].parameters[op.index].kind == "*"


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in within([target]) if isinstance(node, ast.Name)}


def _leaves(names: set[str], body: Sequence[ast.AST]) -> bool | None:
    """Whether a round may be left before its end.

    None: a test in the body names one of these, or the loop is left, or goes on after a failure.
    """
    left = False
    for node in within(body):
        if isinstance(node, ast.Try | ast.Break | ast.Match):
            return None
        left = left or isinstance(node, ast.Return | ast.Continue)
        if any(isinstance(name, ast.Name) and name.id in names for name in within(_tests(node))):
            return None
    return left


def _tests(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) | ast.Assert(test=test):
            yield test
        case ast.BoolOp(values=values):
            yield from values
        case ast.comprehension(ifs=ifs):
            yield from ifs
