"""Decorators: which may call something else in a function's place, and which leave all that comes of its calls."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pgconform.sources.python.flows.cursors import same_as
from pgconform.sources.python.flows.heads import Scope
from pgconform.sources.python.flows.operations import Call, Either, Free, Func, Import, Noted, Op, Param, Star
from pgconform.sources.python.flows.summary import operands

if TYPE_CHECKING:
    from pgconform.sources.python.flows.lower import Lower

_KEEPING = frozenset(
    {"staticmethod", "classmethod", "property", "wraps", "abstractmethod", "overload", "override", "lru_cache"}
    | {"cached_property", "contextmanager", "asynccontextmanager", "fixture", "validator", "field_validator"}
    | {"root_validator", "model_validator", "field_serializer", "model_serializer", "computed_field"}
)
"""Decorators of Python's, and of libraries that all use, by which a call comes to the same."""
DISPATCHING = frozenset({"singledispatch", "singledispatchmethod"})
"""What calls other functions in the place of one, by the class of an argument."""
_REGISTERING = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "route", "api_route", "websocket", "middleware"}
    | {"exception_handler", "on_event", "event", "task", "tool", "command", "callback", "group", "resource", "prompt"}
)
"""What an application, a router or the like calls a method that notes a function and leaves it as it is."""
_FOREIGN = frozenset({*sys.stdlib_module_names, "pydantic", "pytest", "sqlalchemy", "click", "typer", "fastapi"})


def may_replace(scope: Lower, decorator: ast.expr) -> bool:
    """It may be a function of the project; what is taken from an object is an application's, or a router's."""
    said = decorator.func if isinstance(decorator, ast.Call) else decorator
    name = said
    if isinstance(said, ast.Attribute):
        name = said.value
        if said.attr in _REGISTERING:
            return False
    if not isinstance(name, ast.Name):
        return False
    held = scope.env.get(name.id, -1)
    bound = scope.ops[held] if held >= 0 else None
    if isinstance(bound, Import):
        of = said.attr if isinstance(said, ast.Attribute) else bound.attribute
        return of in DISPATCHING or bound.module.partition(".")[0] not in _FOREIGN or bool(bound.level)
    return said is name and (held >= 0 or name.id not in _KEEPING)


def keeps_calls(scope: Lower, head: Scope) -> int:
    """As in `Summary`; of a function within another, that is told to the scope around.

    There it is 0 where a function calls what the first parameter around is, 1 and 2 as here.
    """
    around = scope.outer
    if around is not None and (name := _called(scope, head)):
        held = around.ops[around.env[name]] if name in around.env else None
        if type(held) is Param and held.index == 0 and name not in around.rebound | around.reassigned:
            around.decorating[scope.number] = 0
    if not scope.decorating or scope.yields:
        return 0
    made = {_made(scope, end) for end in scope.returns}
    found = made.pop() + 1 if len(made) == 1 else 0
    if found and around is not None:
        around.decorating[scope.number] = found
    return found if found <= _FACTORY else 0


_FACTORY = 2


def _made(scope: Lower, end: int) -> int:
    op = scope.ops[same_as(scope.ops, end)]
    return scope.decorating.get(op.scope, -1) if type(op) is Func and not op.by else -1


def _called(scope: Lower, head: Scope) -> str:
    """The name of what a function calls with all that it is given, to return what that gives; else ""."""
    if scope.yields:
        return ""
    ops, calls = scope.ops, set[int]()
    queue, passed = list(scope.returns), set[int]()
    while queue:
        op = ops[number := queue.pop()]
        if number in passed:
            continue
        passed.add(number)
        if type(op) is Either:
            queue += op.options
        elif type(op) is Noted:
            queue.append(op.base)
        elif type(op) is Call and type(ops[op.function]) is Free and hands_all(head, ops, number):
            calls.add(number)
        else:
            return ""
    names = {ops[ops[number].function].name for number in calls}  # type: ignore[union-attr]
    used = (item for number, op in enumerate(ops) if number not in passed for item in operands(op))
    return names.pop() if len(names) == 1 and passed.isdisjoint(used) else ""


def hands_all(head: Scope, ops: Sequence[Op], at: int) -> bool:
    """A call hands over what its function was called with, and no more."""
    call = ops[at]
    if type(call) is not Call or any(parameter.default >= 0 for parameter in head.parameters):
        return False
    kinds = [parameter.kind for parameter in head.parameters]
    placed = [(index, kind) for wanted in ("", "*") for index, kind in enumerate(kinds) if kind == wanted]
    if [_given(ops, argument) for argument in call.arguments] != placed:
        return False
    named = {
        ("**" if kind == "**" else head.parameters[index].name, (index, ""))
        for index, kind in enumerate(kinds)
        if kind in ("k", "**")
    }
    return {(name, _given(ops, value)) for name, value in call.keywords} == named


def _given(ops: Sequence[Op], number: int) -> tuple[int, str]:
    """The parameter that an argument is, and whether it has a star."""
    op, star = ops[number], ""
    if type(op) is Star:
        op, star = ops[op.base], "*"
    return (op.index, star) if type(op) is Param else (-1, star)
