"""Blocks of statements, one after the other or beside one another: what names hold at their end."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from pgconform.sources.python.flows.lower import Branch, Lower
from pgconform.sources.python.flows.narrow import tested
from pgconform.sources.python.flows.operations import Call, Const, Either, Item, Param, Sure
from pgconform.sources.python.flows.tests import Told, Ways

_MAYBE_NONE = (Either, Param, Const, Call, Item)
READERS: dict[type[Any], Callable[[Lower, Any], None]] = {}
"""What reads a statement of each kind; `pgconform.sources.python.flows.statements` knows them all."""


def follow(scope: Lower, body: list[ast.stmt]) -> None:
    """The scope after these statements; those behind a return are not followed."""
    before, left = len(scope.remainders), len(scope.left)
    for statement in body:
        if not scope.alive:
            break
        if statement in scope.failing:
            scope.failed.append((dict(scope.env), len(scope.ops)))
        if reader := READERS.get(type(statement)):
            reader(scope, statement)
    if len(scope.remainders) > before:
        for rest in scope.remainders[before:]:
            scope.guard(rest.start, rest.env, rest.tests)
        del scope.remainders[before:]
    if len(scope.left) > left:
        scope.apart += [(start, end, len(scope.ops)) for start, end in scope.left[left:]]
        del scope.left[left:]


def apart(scope: Lower, body: list[ast.stmt], start: int, end: int) -> None:
    """Note operations that lead out of the block, or of the function."""
    if isinstance(body[-1], ast.Return | ast.Raise):
        scope.apart.append((start, end, -1))
    else:
        scope.left.append((start, end))


def branch(
    scope: Lower, before: dict[str, int], body: list[ast.stmt], shown: list[str], tests: list[Told | Ways] | None = None
) -> Branch:
    """What holds at the end of a body that starts with ``before``, where the names ``shown`` are not None."""
    scope.env, scope.alive = dict(before), True
    first = len(scope.ops)
    for name in shown:
        held = scope.env.get(name, -1)
        if held >= 0 and isinstance(scope.ops[held], _MAYBE_NONE):
            scope.env[name] = scope.add(Sure(held))
    needs = [need for test in tests or () if (need := tested(scope, test)) >= 0]
    start = len(scope.ops)
    follow(scope, body)
    scope.guard(start, before, tests or [])
    scope.needed += [(start, len(scope.ops), need) for need in needs if len(scope.ops) > start]
    return Branch(scope.env, scope.alive, tuple(needs), first, len(scope.ops))


def shown(test: ast.expr, holds: bool) -> list[str]:
    """The names that are not None where ``test`` holds, or where it does not."""
    match test:
        case ast.Name(id=name):
            return [name] if holds else []
        case ast.NamedExpr(target=ast.Name(id=name)):
            return [name] if holds else []
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return shown(inner, not holds)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) == holds:
            return [name for value in values for name in shown(value, holds)]
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return [name] if holds else []
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return [] if holds else [name]
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), _]):
            return [name] if holds else []
    return []
