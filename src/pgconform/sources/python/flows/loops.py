"""Loops over lists that a program has written down, as far as they do the same with every item."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from pgconform.sources.python.flows.cursors import holds_rows, same_as
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Attr, Call, Comp, Elem, Free, Map, Op, Param, Seq
from pgconform.sources.python.flows.tests import Told, Ways
from pgconform.sources.python.flows.ties import built
from pgconform.sources.python.syntax.tree import within

_LISTING = frozenset({"items", "keys", "values"})
_COUNTING = frozenset({"enumerate", "len", "list", "range", "reversed", "set", "sorted", "tuple", "zip"})


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


def loops_alone(said: Sequence[Told | Ways], body: Sequence[ast.stmt]) -> bool:
    """A test tells no more than that a list is not empty, and the body is loops over it: of none they do nothing."""
    match said:
        case [Told(name=name, kind="true", holds=True, part="")]:
            return all(_loops(node, name) for node in body)
    return False


def _loops(node: ast.stmt, name: str) -> bool:
    match node:
        case ast.For(iter=items, orelse=[]):
            return _is_over(items, name)
        case ast.Assign(targets=[ast.Name(id=bound)], value=ast.ListComp(generators=[first, *_])):
            return bound == name and _is_over(first.iter, name)
    return False


def _is_over(node: ast.expr, name: str) -> bool:
    match node:
        case ast.Name():
            return node.id == name
        case ast.Call(func=ast.Attribute(value=base, attr=listing)):
            return listing in _LISTING and _is_over(base, name)
        case ast.Call(func=ast.Name(id=listing), args=[first, *_]):
            return listing in _COUNTING and _is_over(first, name)
    return False


def remade(scope: Lower, before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """The names of lists that loops left with the same items, changed: of none they make none."""
    made = ((name, held, scope.ops[held]) for name, held in after.items() if held != before.get(name, held))
    return {
        name: held for name, held, op in made if isinstance(op, Comp) and same_as(scope.ops, op.source) == before[name]
    }


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
