"""Names that hold how a test came out: where they are tested, what that test says is known."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from pgconform.sources.python.flows.operations import Attr, Call
from pgconform.sources.python.flows.tests import Asked, Told, Ways, asked, told
from pgconform.sources.python.flows.ties import origin
from pgconform.sources.python.syntax.tree import within

if TYPE_CHECKING:
    from pgconform.sources.python.flows.lower import Lower

_KINDS = frozenset({ast.Compare, ast.UnaryOp, ast.Call, ast.BoolOp})
_TESTS = frozenset({"bool", "endswith", "isinstance", "startswith"})
_LOOKING = frozenset({"copy", "endswith", "get", "items", "keys", "startswith", "values"})
"""Methods that leave what they are called on as it is."""


class Outcome(NamedTuple):
    """How ``test`` came out, as operation ``held``; the operations of the test itself begin at ``begin``.

    ``names`` are what the names in it held, ``contents`` those of them that it asks for what is in them.
    """

    test: ast.expr
    begin: int
    held: int
    names: dict[str, int]
    contents: frozenset[int]


def keep(scope: Lower, name: str, test: ast.expr, begin: int) -> None:
    """Note that what a name holds is how a test came out."""
    if type(test) in _KINDS and is_test(test):
        spelled, _ = spelled_out(scope, test)
        names = {item.id: scope.env.get(item.id, -1) for item in within([spelled]) if isinstance(item, ast.Name)}
        contents = frozenset([names[item] for item in _asked_within(spelled)])
        scope.outcomes[name] = Outcome(spelled, begin, scope.env[name], names, contents)


def is_test(node: ast.expr) -> bool:
    """The value of an expression is how a test came out."""
    match node:
        case ast.Compare() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name in _TESTS
        case ast.BoolOp(values=values):
            tests = [is_test(value) for value in values]
            return any(tests) and all(map(_is_test_or_name, values))
    return False


def _is_test_or_name(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) or is_test(node)


def _asked_within(node: ast.AST) -> Iterator[str]:
    """The names of which a test asks more than what they are."""
    match node:
        case ast.Name(id=name):
            yield name
        case ast.Compare(left=ast.Name(), comparators=others):
            for other in others:
                yield from _asked_within(other)
        case ast.Call(func=ast.Name(id="isinstance") | ast.Attribute(value=ast.Name(), attr="startswith" | "endswith")):
            return
        case _:
            for child in ast.iter_child_nodes(node):
                yield from _asked_within(child)


def spelled_out(scope: Lower, test: ast.expr) -> tuple[ast.expr, list[int]]:
    """A test with those put in whose outcomes names hold, and the operations of these."""
    ops: list[int] = []
    return (_spelled(scope, test, ops) if scope.outcomes else test), ops


def fork(scope: Lower, test: ast.expr, held: list[Told | Ways]) -> tuple[int, bool]:
    """The join of all that a test decides, or -1; and whether it holds for the second option, not the first.

    That is by what it tells where it holds, by the name that holds its outcome, or by the words in which it asks.
    """
    said = _said(scope, held) or (_said(scope, told(test, True)) if scope.outcomes else None)
    question, denied = said or asked(test, lambda name: _known(scope, name))
    if question is None:
        return -1, False
    if (join := scope.forks.get(question)) is None:
        join = scope.forks[question] = scope.next_join()
    return join, denied


def _said(scope: Lower, tests: list[Told | Ways]) -> tuple[Asked, bool] | None:
    """What is asked by a test that tells one thing."""
    match tests:
        case [Told(name, kind, texts, holds, part)] if kind != "held" and (held := scope.env.get(name, -1)) >= 0:
            return (origin(scope.ops, held, scope.origins), part, kind, texts), not holds
    return None


def _known(scope: Lower, name: str) -> object:
    """What a name holds, whatever was asked of it: an operation, or the name itself where that is not followed."""
    held = scope.env.get(name, -1)
    return origin(scope.ops, held, scope.origins) if held >= 0 else name


def _spelled(scope: Lower, node: ast.expr, ops: list[int]) -> ast.expr:
    match node:
        case ast.Name(id=name) if (known := scope.outcomes.get(name)) and _still_holds(scope, name, known):
            ops += range(known.begin, known.held)
            return known.test
        case ast.UnaryOp(op=ast.Not() as operator, operand=operand):
            return ast.copy_location(ast.UnaryOp(operator, _spelled(scope, operand, ops)), node)
        case ast.BoolOp(op=operator, values=values):
            return ast.copy_location(ast.BoolOp(operator, [_spelled(scope, value, ops) for value in values]), node)
    return node


def _still_holds(scope: Lower, name: str, known: Outcome) -> bool:
    """The name holds the outcome, and what the test was of is what it was then, as far as anyone can tell."""
    env = scope.env
    if env.get(name) != known.held or any(env.get(one, -1) != held for one, held in known.names.items()):
        return False
    since = scope.ops[known.held :] if known.contents else ()
    return not any(type(op) is Call and not known.contents.isdisjoint(_reached(scope, op)) for op in since)


def _reached(scope: Lower, op: Call) -> Iterator[int]:
    """What a call may change."""
    yield from op.arguments
    for _, value in op.keywords:
        yield value
    if op.name not in _LOOKING and type(function := scope.ops[op.function]) is Attr:
        yield function.base
