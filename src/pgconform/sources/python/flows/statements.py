"""Statements: what names hold after them, and where branches meet."""

from __future__ import annotations

import ast

from pgconform.sources.python.flows.attempts import attempt, suppressed
from pgconform.sources.python.flows.blocks import READERS, branch, follow, part, shown
from pgconform.sources.python.flows.cases import match_cases
from pgconform.sources.python.flows.comprehensions import comprehension
from pgconform.sources.python.flows.expressions import READERS as EXPRESSIONS
from pgconform.sources.python.flows.expressions import bind, lower, named_lambda, unset
from pgconform.sources.python.flows.loops import loops_alone, remade
from pgconform.sources.python.flows.lower import Lower, Remainder
from pgconform.sources.python.flows.members import of_members
from pgconform.sources.python.flows.narrow import doubt
from pgconform.sources.python.flows.operations import (
    Call,
    Const,
    Enter,
    Grow,
    Import,
    Join,
    Noted,
    Plus,
    Typed,
)
from pgconform.sources.python.flows.outcomes import fork, keep, spelled_out
from pgconform.sources.python.flows.rounds import for_each, leave, while_true
from pgconform.sources.python.flows.spelling import spelled
from pgconform.sources.python.flows.statuses import checked
from pgconform.sources.python.flows.tests import told

__all__ = ["follow"]

_PLAIN = (Const, Join)
"""Texts and numbers: what they are added to is changed by no other name."""


def _expression(scope: Lower, node: ast.Expr) -> None:
    if isinstance(node.value, ast.Constant):
        return
    number = lower(scope, node.value)
    if type(node.value) is ast.Call and len(node.value.args) == _SETTING:
        _set(scope, node.value, number)


_SETTING = 3


def _set(scope: Lower, node: ast.Call, number: int) -> None:
    """``setattr(owner, "name", value)`` stores what ``owner.name = value`` does."""
    match node:
        case ast.Call(
            func=ast.Name(id="setattr") | ast.Attribute(value=ast.Name(id="object"), attr="__setattr__"),
            args=[owner, ast.Constant(value=str(name)), _],
        ) if type(op := scope.ops[number]) is Call:
            bind(scope, ast.Attribute(owner, name), op.arguments[2])


def _assign(scope: Lower, node: ast.Assign) -> None:
    begin = len(scope.ops)
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
            value = named_lambda(scope, function, name)
        case _:
            value = lower(scope, node.value)
    if type(scope.ops[value]) is Typed:
        value = scope.latest(value)
    for target in node.targets:
        bind(scope, target, value)
        if type(target) is ast.Name:
            keep(scope, target.id, node.value, begin)


def _annotated(scope: Lower, node: ast.AnnAssign) -> None:
    annotation = spelled(node.annotation)
    begin = len(scope.ops)
    if isinstance(node.target, ast.Name):
        scope.annotations[node.target.id] = annotation
    if node.value is not None:
        bind(scope, node.target, scope.add(Noted(lower(scope, node.value), annotation)))
        if type(node.target) is ast.Name:
            keep(scope, node.target.id, node.value, begin)
    elif isinstance(node.target, ast.Attribute):
        bind(scope, node.target, scope.add(Noted(scope.typed(), annotation)))


def _augmented(scope: Lower, node: ast.AugAssign) -> None:
    held, value = lower(scope, node.target), lower(scope, node.value)
    if not isinstance(node.op, ast.Add | ast.BitOr):
        bind(scope, node.target, scope.typed())
    else:
        plain = isinstance(scope.ops[value], _PLAIN)
        bind(scope, node.target, scope.add(Plus(held, value) if plain else Grow(held, value)))


def _return(scope: Lower, node: ast.Return) -> None:
    if node.value is not None:
        scope.returns.append(scope.latest(lower(scope, node.value)))
    scope.alive = False


def _raise(scope: Lower, node: ast.Raise) -> None:
    if node.exc is not None:
        scope.raised = node.exc
        lower(scope, node.exc)
    scope.alive = False


def _if(scope: Lower, node: ast.If) -> None:
    if isinstance(node.test, ast.Constant) and not node.test.value:
        follow(scope, node.orelse)
        return
    begin = len(scope.ops)
    lower(scope, node.test)
    test, asked = spelled_out(scope, node.test)
    held, fails = told(test, True), told(test, False)
    doubted = doubt(scope, test, held) if scope.rounds else {}
    yes, no = of_members(scope, test, begin)
    before = scope.env
    start = len(scope.ops)
    if held or start > begin or asked:
        scope.tested.append((begin, start, *asked, *[before[item.name] for item in held if item.name in before]))
    first = branch(scope, before, node.body, shown(test, True), held, yes)
    middle = len(scope.ops)
    second = branch(scope, before, node.orelse, shown(test, False), fails, no)
    end = len(scope.ops)
    if first.alive and not node.orelse and loops_alone(held, node.body):
        second.env.update(remade(scope, before, first.env))
    else:
        part(scope, node.body, first)
    part(scope, node.orelse, second)
    checked(scope, node, begin, (start, middle, end))
    known, scope.env = len(scope.met), before
    differ = first.alive and second.alive and first.env != second.env
    join, swapped = fork(scope, node.test, held) if differ else (-1, False)
    scope.meet([second, first] if swapped else [first, second], join=join)
    if len(scope.met) > known:
        scope.side(before, (fails, held) if swapped else (held, fails))
    if first.alive == second.alive:
        scope.env |= {name: one for name, one in doubted.items() if scope.env.get(name) == before[name]}
    elif tests := held if first.alive else fails:
        scope.remainders.append(Remainder(len(scope.ops), before, tests))


def _assert(scope: Lower, node: ast.Assert) -> None:
    lower(scope, node.test)
    found = branch(scope, scope.env, [], shown(spelled_out(scope, node.test)[0], True), told(node.test, True))
    scope.env = found.env


def _with(scope: Lower, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        entered = scope.add(Enter(lower(scope, item.context_expr)))
        if item.optional_vars is not None:
            bind(scope, item.optional_vars, entered)
    start = len(scope.ops)
    follow(scope, node.body)
    for item in node.items:
        if item.optional_vars is None:
            suppressed(scope, item, start)


def _outside(scope: Lower, node: ast.Global | ast.Nonlocal) -> None:
    scope.outside.update(node.names)


def _delete(scope: Lower, node: ast.Delete) -> None:
    for target in node.targets:
        unset(scope, target)


def _function(scope: Lower, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    scope.bind(node.name, scope.file.define(scope, node))


def _class(scope: Lower, node: ast.ClassDef) -> None:
    scope.bind(node.name, scope.file.define_class(scope, node))


def _import(scope: Lower, node: ast.Import) -> None:
    for item in node.names:
        package = item.name.partition(".")[0]
        scope.bind(item.asname or package, scope.add(Import(item.name if item.asname else package)))


def _import_from(scope: Lower, node: ast.ImportFrom) -> None:
    for item in node.names:
        name = f"*{len(scope.env)}" if item.name == "*" else item.asname or item.name
        scope.bind(name, scope.add(Import(node.module or "", item.name, node.level)))


READERS.update(
    {
        ast.Expr: _expression,
        ast.Assign: _assign,
        ast.AnnAssign: _annotated,
        ast.AugAssign: _augmented,
        ast.Return: _return,
        ast.Raise: _raise,
        ast.Break: leave,
        ast.Continue: leave,
        ast.If: _if,
        ast.Assert: _assert,
        ast.For: for_each,
        ast.AsyncFor: for_each,
        ast.While: while_true,
        ast.Try: attempt,
        ast.TryStar: attempt,
        ast.With: _with,
        ast.AsyncWith: _with,
        ast.Match: match_cases,
        ast.Global: _outside,
        ast.Nonlocal: _outside,
        ast.Delete: _delete,
        ast.FunctionDef: _function,
        ast.AsyncFunctionDef: _function,
        ast.ClassDef: _class,
        ast.Import: _import,
        ast.ImportFrom: _import_from,
    }
)
EXPRESSIONS.update(dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp), comprehension))
