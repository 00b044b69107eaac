"""Statements: what names hold after them, and where branches meet."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from pgconform.sources.python.flows.expressions import bind, lower, named_lambda, unset
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.flows.loops import does_same, met
from pgconform.sources.python.flows.lower import Branch, Lower, Remainder, spelled
from pgconform.sources.python.flows.narrow import tested
from pgconform.sources.python.flows.operations import (
    Call,
    Comp,
    Const,
    Drop,
    Either,
    Elem,
    Enter,
    Grow,
    Import,
    Item,
    Join,
    Noted,
    Param,
    Plus,
    Sure,
    Where,
)
from pgconform.sources.python.flows.patterns import Bound
from pgconform.sources.python.flows.tests import Told, Ways, of_case, told
from pgconform.sources.python.flows.ties import built, is_changed_element, is_written

_PLAIN = (Const, Join)
"""Texts and numbers: what they are added to is changed by no other name."""
_MAYBE_NONE = (Either, Param, Const, Call, Item)


def follow(scope: Lower, body: list[ast.stmt]) -> None:
    """The scope after these statements; those behind a return are not followed."""
    before, left = len(scope.remainders), len(scope.left)
    for statement in body:
        if not scope.alive:
            break
        if reader := _READERS.get(type(statement)):
            reader(scope, statement)
    if len(scope.remainders) > before:
        for rest in scope.remainders[before:]:
            scope.guard(rest.start, rest.env, rest.tests)
        del scope.remainders[before:]
    if len(scope.left) > left:
        scope.apart += [(start, end, len(scope.ops)) for start, end in scope.left[left:]]
        del scope.left[left:]


def _expression(scope: Lower, node: ast.Expr) -> None:
    if not isinstance(node.value, ast.Constant):
        lower(scope, node.value)


def _assign(scope: Lower, node: ast.Assign) -> None:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as function):
            value = named_lambda(scope, function, name)
        case _:
            value = lower(scope, node.value)
    for target in node.targets:
        bind(scope, target, value)


def _annotated(scope: Lower, node: ast.AnnAssign) -> None:
    annotation = spelled(node.annotation)
    if isinstance(node.target, ast.Name):
        scope.annotations[node.target.id] = annotation
    if node.value is not None:
        bind(scope, node.target, scope.add(Noted(lower(scope, node.value), annotation)))
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


def _leave(scope: Lower, _: ast.Break | ast.Continue) -> None:
    if scope.exits:
        scope.exits[-1].append(Branch(scope.env, True, (), scope.rounds[-1], len(scope.ops)))
    scope.alive = False


def _if(scope: Lower, node: ast.If) -> None:
    lower(scope, node.test)
    before, held, fails = scope.env, told(node.test, True), told(node.test, False)
    start, (join, swapped) = len(scope.ops), scope.fork(held)
    first = branch(scope, before, node.body, _shown(node.test, True), held)
    middle = len(scope.ops)
    second = branch(scope, before, node.orelse, _shown(node.test, False), fails)
    end = len(scope.ops)
    if not first.alive:
        _apart(scope, node.body, start, middle)
    elif middle > start:
        scope.apart.append((start, middle, end))
    if node.orelse and not second.alive:
        _apart(scope, node.orelse, middle, end)
    elif end > middle:
        scope.apart.append((middle, end, end))
    scope.meet([second, first] if swapped else [first, second], join=join)
    if first.alive != second.alive and (tests := held if first.alive else fails):
        scope.remainders.append(Remainder(len(scope.ops), before, tests))


def _apart(scope: Lower, body: list[ast.stmt], start: int, end: int) -> None:
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


def _shown(test: ast.expr, holds: bool) -> list[str]:
    """The names that are not None where ``test`` holds, or where it does not."""
    match test:
        case ast.Name(id=name):
            return [name] if holds else []
        case ast.NamedExpr(target=ast.Name(id=name)):
            return [name] if holds else []
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            return _shown(inner, not holds)
        case ast.BoolOp(op=op, values=values) if isinstance(op, ast.And) == holds:
            return [name for value in values for name in _shown(value, holds)]
        case ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot()], comparators=[ast.Constant(value=None)]):
            return [name] if holds else []
        case ast.Compare(left=ast.Name(id=name), ops=[ast.Is()], comparators=[ast.Constant(value=None)]):
            return [] if holds else [name]
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), _]):
            return [name] if holds else []
    return []


def _assert(scope: Lower, node: ast.Assert) -> None:
    lower(scope, node.test)
    found = branch(scope, scope.env, [], _shown(node.test, True))
    scope.env = found.env


def _for(scope: Lower, node: ast.For | ast.AsyncFor) -> None:
    items = met(scope, node.iter, lower(scope, node.iter))
    lists = [name for name, held in scope.env.items() if held == items]
    same = does_same(scope, items, node.target, node.body)
    through = built(scope.ops, items)
    none = scope.add(Where(items if through < 0 else through, "empty", (), True)) if same or through >= 0 else -1
    none = scope.typed("unbound") if _has_items(node.iter) else none
    body = _loop(scope, node, lambda: bind(scope, node.target, scope.add(Elem(items, same))), none)
    if lists and isinstance(node.target, ast.Name) and is_written(scope.ops, items):
        changed = body.env.get(node.target.id, -1)
        if is_changed_element(scope.ops, changed, items):
            for name in lists:
                scope.bind(name, scope.add(Comp("list", -1, changed, items)))


def _while(scope: Lower, node: ast.While) -> None:
    lower(scope, node.test)
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    _loop(scope, node, lambda: None, scope.typed("unbound") if endless else -1)


def _has_items(node: ast.expr) -> bool:
    """What a loop goes through is written there, or so many numbers."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return any(not isinstance(item, ast.Starred) for item in items)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(count))]):
            return count > 0
    return False


def _loop(scope: Lower, node: ast.For | ast.AsyncFor | ast.While, start: Callable[[], None], none: int = -1) -> Branch:
    """One round of a loop; what the body assigns may, at its start, hold anything of an earlier round.

    Gives what names hold at the end of the body. There is no round only where ``none`` has a value; -1: maybe always.
    """
    before = scope.env
    scope.env = dict(before)
    earlier = {name: scope.earlier() for name in assigned(node.body) if name in before}
    for name, held in earlier.items():
        scope.env[name] = scope.either([before[name], held])
    start()
    scope.exits.append([])
    scope.rounds.append(len(scope.ops))
    found = branch(scope, scope.env, node.body, _shown(node.test, True) if isinstance(node, ast.While) else [])
    scope.rounds.pop()
    scope.meet([Branch(before, True, () if none < 0 else (none,)), found, *scope.exits.pop()], earlier)
    follow(scope, node.orelse)
    return found


def assigned(body: list[ast.stmt]) -> list[str]:
    """The names a body assigns, in order."""
    found: dict[str, None] = {}
    queue: list[ast.AST] = list(reversed(body))
    while queue:
        match queue.pop():
            case ast.Name(id=name, ctx=ast.Store()):
                found[name] = None
            case ast.Assign(targets=targets):
                queue += reversed(targets)
            case ast.AugAssign(target=target) | ast.AnnAssign(target=target):
                queue.append(target)
            case ast.Tuple(elts=items) | ast.List(elts=items):
                queue += reversed(items)
            case ast.stmt() as statement:
                queue += [child for child in ast.iter_child_nodes(statement) if isinstance(child, _HOLDERS)]
            case ast.ExceptHandler(body=inner) | ast.match_case(body=inner):
                queue += reversed(inner)
    return list(found)


_HOLDERS = (ast.stmt, ast.ExceptHandler, ast.match_case)


def _try(scope: Lower, node: ast.Try) -> None:
    before, start = scope.env, len(scope.ops)
    body = branch(scope, before, node.body, [])
    end = len(scope.ops)
    scope.meet([Branch(before, True), Branch(body.env, True, (), start, end)])
    failed = scope.env
    ends: list[Branch] = []
    goes_on, absence, join = False, False, scope.next_join()
    for handler in node.handlers:
        first = len(scope.ops)
        entered = {**failed, handler.name: scope.typed()} if handler.name else failed
        ends.append(branch(scope, entered, handler.body, []))
        if not isinstance(handler.body[-1], ast.Raise) or _may_go_on(handler):
            goes_on, absence = True, absence or _is_of_absence(handler)
            scope.attempts.append(Attempt(first, len(scope.ops), join, True, _adapts(scope, first)))
    if goes_on:
        last = not _ENDS.isdisjoint(map(type, (*node.body, *node.orelse)))
        idle = any(map(_is_idle, node.body))
        scope.attempts.append(Attempt(start, end, join, idle=idle, last=last, absence=absence))
    if body.alive:
        body = branch(scope, body.env, node.orelse, [])
    scope.meet([body, *ends])
    alive, scope.alive = scope.alive, True
    follow(scope, node.finalbody)
    scope.alive = scope.alive and alive


_ENDS = frozenset({ast.Return, ast.Break})
_ABSENCE = frozenset({"UndefinedTable", "UndefinedColumn", "UndefinedTableError", "UndefinedColumnError"})
"""What psycopg and asyncpg call the errors of what is not there."""


def _is_of_absence(handler: ast.ExceptHandler) -> bool:
    caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    names = [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in caught]
    return not _ABSENCE.isdisjoint(names)


def _is_idle(statement: ast.stmt) -> bool:
    """Something is executed, and that is all."""
    value = statement.value if isinstance(statement, ast.Expr) else None
    match value.value if isinstance(value, ast.Await) else value:
        case ast.Call(func=ast.Attribute(attr="execute")):
            return True
    return False


def _may_go_on(handler: ast.ExceptHandler) -> bool:
    """It raises in the end, and before that tries again or gives something back on one of its ways."""
    return any(isinstance(item, ast.Continue | ast.Return) for item in ast.walk(handler))


def _adapts(scope: Lower, first: int) -> bool:
    """Since that operation a key that is no constant was taken out of something."""
    ops = scope.ops
    return any(isinstance(op, Drop) and not isinstance(ops[op.key], Const) for op in ops[first:])


def _with(scope: Lower, node: ast.With | ast.AsyncWith) -> None:
    for item in node.items:
        entered = scope.add(Enter(lower(scope, item.context_expr)))
        if item.optional_vars is not None:
            bind(scope, item.optional_vars, entered)
    follow(scope, node.body)


def _match(scope: Lower, node: ast.Match) -> None:
    subject = lower(scope, node.subject)
    before, bound = scope.env, Bound(scope, node.cases)
    ends: list[Branch] = []
    others: list[Told | Ways] = []
    for case in node.cases:
        scope.env = before | bound.of(case.pattern, subject)
        if case.guard is not None:
            lower(scope, case.guard)
        tests = [*of_case(node.subject, case.pattern, True), *others]
        ends.append(branch(scope, scope.env, case.body, [], tests))
        others += of_case(node.subject, case.pattern, False) if case.guard is None else ()
    last = node.cases[-1]
    every = last.guard is None and isinstance(last.pattern, ast.MatchAs) and last.pattern.pattern is None
    scope.meet(ends if every else [Branch(before, True), *ends])


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


_READERS: dict[type[Any], Callable[[Lower, Any], None]] = {
    ast.Expr: _expression,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Break: _leave,
    ast.Continue: _leave,
    ast.If: _if,
    ast.Assert: _assert,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Match: _match,
    ast.Global: _outside,
    ast.Nonlocal: _outside,
    ast.Delete: _delete,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
