"""What tests of attributes say, where a call gives the object that has them."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from pgconform.sources.python.flows.blocks import shown
from pgconform.sources.python.flows.operations import Attr, Either, Where
from pgconform.sources.python.flows.ties import parameter_of

if TYPE_CHECKING:
    from pgconform.sources.python.flows.lower import Lower

Needs: TypeAlias = tuple[int, ...]
Sides: TypeAlias = tuple[Needs, Needs]
"""The operations that have a value where a test holds, and those that have one where it does not."""
_NOTHING: Sides = ((), ())


def of_members(scope: Lower, test: ast.expr, begin: int) -> Sides:
    """What a test says of an attribute of a parameter; the operations of the test begin at ``begin``."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return of_members(scope, operand, begin)[::-1]
        case ast.BoolOp(op=ast.And(), values=[first, last]):
            yes, no = of_members(scope, last, begin)
            return yes, _or_lacking(scope, shown(first, True), no)
        case ast.Attribute(attr=name):
            return _sides(scope, name, "true", begin)
        case ast.Compare(
            left=ast.Attribute(attr=name), ops=[ast.Is() | ast.IsNot() as asked], comparators=[ast.Constant(None)]
        ):
            sides = _sides(scope, name, "none", begin)
            return sides if isinstance(asked, ast.Is) else sides[::-1]
    return _NOTHING


def _sides(scope: Lower, name: str, kind: str, begin: int) -> Sides:
    for number in range(begin, len(scope.ops)):
        op = scope.ops[number]
        if type(op) is Attr and op.name == name and _is_given(scope, op.base):
            return (scope.add(Where(number, kind, (), True)),), (scope.add(Where(number, kind, (), False)),)
    return _NOTHING


def _or_lacking(scope: Lower, names: list[str], no: Needs) -> Needs:
    """What there is where the one name that is asked for first is None, or else the test of its attribute fails."""
    held = scope.env.get(names[0], -1) if len(names) == 1 else -1
    if not no or held < 0 or not _is_given(scope, held):
        return ()
    return (scope.add(Either(scope.next_join(), (scope.add(Where(held, "none", (), True)), *no))),)


def _is_given(scope: Lower, number: int) -> bool:
    """It is a parameter, but not the object that a method is called on, which others may have changed."""
    index = parameter_of(scope.ops, number)
    return index > 0 or (index == 0 and scope.file.scopes[scope.number].owner < 0)
