"""Tests of how a request over HTTP was answered: what is done where it was refused, as a ``try`` would say it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from pgconform.sources.python.flows.attempts import SAID, leaves, untold
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Attr, Call, Enter, Op, Sure
from pgconform.sources.python.flows.sending import sends
from pgconform.sources.python.syntax.tree import within

_GOOD = frozenset({"ok", "is_success"})
_BAD = frozenset({"is_error", "is_client_error"})
_STATUS = _GOOD | _BAD | {"status_code", "status"}
_READS = frozenset({"json", "read"})
_FAILED = 400
_MISSING = 404
_SAME = (ast.Eq, ast.In)
_OTHER = (ast.NotEq, ast.NotIn)
_MORE = (ast.Gt, ast.GtE)


def checked(scope: Lower, node: ast.If, begin: int, spans: tuple[int, int, int]) -> None:
    """Note what is done where a request was refused, of the two branches whose operations begin and end there."""
    start, middle, end = spans
    succeeds = _succeeds(node.test) if scope.file.sending else None
    sent = _sent(scope, node.test, scope.ops[begin:start]) if succeeds is not None else set()
    good, bad = (node.body, node.orelse) if succeeds else (node.orelse, node.body)
    if not sent or (bad and _raises(bad[-1])):
        return
    first, last = (middle, end) if succeeds else (start, middle)
    for number in sorted(sent):
        join = scope.next_join()
        idle = bool(good) and not any(
            type(op) is Attr and op.name in _READS and _answer(scope.ops, op.base) == number for op in scope.ops
        )
        absence = (idle and _MISSING in _numbers(node.test)) or _speaks_of_absence([node.test, *bad])
        if last > first:
            scope.attempts.append(Attempt(first, last, join, rescue=True))
        ended = bool(good) and leaves(good, chosen=False)
        scope.attempts.append(Attempt(number, number + 1, join, idle=idle, last=ended, absence=absence))


def _raises(statement: ast.stmt) -> bool:
    match statement:
        case ast.Raise() | ast.Expr(value=ast.Call(func=ast.Attribute(attr="raise_for_status"))):
            return True
    return False


def _sent(scope: Lower, test: ast.expr, ops: Iterable[Op]) -> set[int]:
    """The calls that send requests of whose answers the status is tested."""
    held = [scope.env.get(item.id, -1) for item in within([test]) if isinstance(item, ast.Name)]
    asked = [*ops, *[scope.ops[number] for number in held if number >= 0]]
    found = {_answer(scope.ops, op.base) for op in asked if type(op) is Attr and op.name in _STATUS}
    return {number for number in found if type(call := scope.ops[number]) is Call and sends(scope.ops, call)}


def _answer(ops: list[Op], number: int) -> int:
    """The call that gave an answer."""
    while isinstance(op := ops[number], Enter | Sure):
        number = op.base
    return number


def _succeeds(test: ast.expr) -> bool | None:
    """Whether a test that holds tells of a request that was not refused; None: of neither."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            found = _succeeds(operand)
            return None if found is None else not found
        case ast.BoolOp(values=values):
            return next((found for value in values if (found := _succeeds(value)) is not None), None)
        case ast.Attribute(attr=name):
            return True if name in _GOOD else False if name in _BAD else None
        case ast.Compare(ops=[operator]) if numbers := _numbers(test):
            good = all(number < _FAILED for number in numbers)
            if isinstance(operator, _SAME):
                return good
            return not good if isinstance(operator, _OTHER) else not isinstance(operator, _MORE)
        case ast.Compare() if _numbers(test):
            return True
    return None


def _numbers(test: ast.AST) -> list[int]:
    return [item.value for item in within([test]) if isinstance(item, ast.Constant) and type(item.value) is int]


def _speaks_of_absence(nodes: list[ast.AST]) -> bool:
    """It asks, by the words or the code that a server has for that, whether something is not there."""
    texts = (item.value for item in untold(nodes) if isinstance(item, ast.Constant) and isinstance(item.value, str))
    return any(SAID.search(text.encode(errors="replace")) for text in texts)
