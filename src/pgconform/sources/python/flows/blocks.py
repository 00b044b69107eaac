"""Blocks of statements, one after the other or beside one another: what names hold at their end."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
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


def parted(scope: Lower, ways: Sequence[ast.ExceptHandler | ast.match_case], ends: Sequence[Branch]) -> None:
    """Note that of several handlers or cases one runs, and nothing that only runs where none does."""
    for way, found in zip(ways, ends, strict=True):
        part(scope, way.body, found)


def part(scope: Lower, body: list[ast.stmt], found: Branch) -> None:
    """Note that what a branch does is not done by what only runs where it does not."""
    if body and not found.alive:
        apart(scope, body, found.start, found.end)
    elif found.end > found.start:
        scope.apart.append((found.start, found.end, len(scope.ops)))


def branch(
    scope: Lower,
    before: dict[str, int],
    body: list[ast.stmt],
    shown: list[str],
    tests: list[Told | Ways] | None = None,
    also: tuple[int, ...] = (),
) -> Branch:
    """What holds at the end of a body that starts with ``before``, where the names ``shown`` are not None.

    It is followed where the ``tests`` came out so, and where each of the operations ``also`` has a value.
    """
    scope.env, scope.alive = dict(before), True
    first = len(scope.ops)
    for name in shown:
        held = scope.env.get(name, -1)
        if held >= 0 and isinstance(scope.ops[held], _MAYBE_NONE):
            scope.env[name] = scope.add(Sure(held))
    needs = [*also, *[need for test in tests or () if (need := tested(scope, test)) >= 0]]
    start = len(scope.ops)
    scope.branches += 1
    follow(scope, body)
    scope.branches -= 1
    if (tests or also) and len(scope.ops) > start:
        scope.guard(start, before, tests or [])
        scope.needed += [(start, len(scope.ops), need) for need in needs]
    scope.blocks.append((first, len(scope.ops)))
    return Branch(scope.env, scope.alive, tuple(needs), first, len(scope.ops))


def shown(test: ast.expr, holds: bool) -> list[str]:
    """The names that are not None where ``test`` holds, or where it does not."""
    reader = _SHOWN.get(type(test))
    return reader(test, holds) if reader else []


def _name_shown(test: ast.Name, holds: bool) -> list[str]:
    return [test.id] if holds else []


def _not_shown(test: ast.UnaryOp, holds: bool) -> list[str]:
    return shown(test.operand, not holds) if isinstance(test.op, ast.Not) else []


def _several_shown(test: ast.BoolOp, holds: bool) -> list[str]:
    return (
        [name for value in test.values for name in shown(value, holds)] if isinstance(test.op, ast.And) == holds else []
    )


def _comparison_shown(test: ast.Compare, holds: bool) -> list[str]:
    match test:
        case ast.Compare(ops=[ast.Is() | ast.IsNot() as operator], comparators=[ast.Constant(value=None)]):
            left = test.left.target if isinstance(test.left, ast.NamedExpr) else test.left
            return [left.id] if isinstance(left, ast.Name) and isinstance(operator, ast.IsNot) == holds else []
    return []


def _instance_shown(test: ast.Call, holds: bool) -> list[str]:
    match test:
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), _]) if holds:
            return [name]
    return []


_SHOWN: dict[type[Any], Callable[[Any, bool], list[str]]] = {
    ast.Name: _name_shown,
    ast.NamedExpr: lambda test, holds: _name_shown(test.target, holds),
    ast.UnaryOp: _not_shown,
    ast.BoolOp: _several_shown,
    ast.Compare: _comparison_shown,
    ast.Call: _instance_shown,
}
