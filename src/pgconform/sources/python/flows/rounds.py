"""Loops: what names hold in a round, and after any number of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from pgconform.sources.python.flows.attributes import slot_of
from pgconform.sources.python.flows.blocks import branch, shown
from pgconform.sources.python.flows.expressions import bind, lower
from pgconform.sources.python.flows.loops import element, is_listed, met
from pgconform.sources.python.flows.lower import Branch, Exits, Lower
from pgconform.sources.python.flows.operations import Call, Comp, Where
from pgconform.sources.python.flows.outcomes import spelled_out
from pgconform.sources.python.flows.ties import built, is_changed_element, is_written


def leave(scope: Lower, node: ast.Break | ast.Continue) -> None:
    if scope.exits:
        left = scope.exits[-1]
        exits = left.broken if isinstance(node, ast.Break) else left.going_on
        exits.append(Branch(scope.env, True, (), scope.rounds[-1], len(scope.ops)))
    scope.alive = False


def for_each(scope: Lower, node: ast.For | ast.AsyncFor) -> None:
    items = met(scope, node.iter, lower(scope, node.iter))
    lists = [name for name, held in scope.env.items() if held == items]
    one, through = element(scope, items, node.target, node.body), built(scope.ops, items)
    known = one.every or is_listed(scope.ops, items) or _replaces(scope, node.target, items)
    rounds = _rounds(scope, node.iter, items if through < 0 else through, known)
    empty = [name for name, held in scope.env.items() if held == through] if rounds.some >= 0 else []
    rounds = rounds._replace(empty=empty)
    body = _loop(scope, node, lambda: bind(scope, node.target, scope.add(one)), rounds)
    if lists and isinstance(node.target, ast.Name) and is_written(scope.ops, items):
        changed = body.env.get(node.target.id, -1)
        if is_changed_element(scope.ops, changed, items):
            for name in lists:
                scope.bind(name, scope.add(Comp("list", -1, changed, items)))


def _replaces(scope: Lower, target: ast.expr, items: int) -> bool:
    """Each round binds a name anew that holds something, by what a function gives."""
    return isinstance(target, ast.Name) and target.id in scope.env and isinstance(scope.ops[items], Call)


def while_true(scope: Lower, node: ast.While) -> None:
    lower(scope, node.test)
    endless = isinstance(node.test, ast.Constant) and bool(node.test.value)
    _loop(scope, node, lambda: None, Rounds(scope.typed("unbound")) if endless else ANY_ROUNDS)


class Rounds(NamedTuple):
    """There is no round of a loop only where ``none`` has a value, and one only where ``some`` has; -1: maybe always.

    The names ``empty`` hold what has a value as ``none`` then.
    """

    none: int = -1
    some: int = -1
    empty: Sequence[str] = ()


ANY_ROUNDS = Rounds()


def _rounds(scope: Lower, node: ast.expr, items: int, known: bool) -> Rounds:
    """How many rounds there may be, where it may be known what a loop goes through."""
    if _has_items(node):
        return Rounds(scope.typed("unbound"))
    if not known:
        return ANY_ROUNDS
    return Rounds(scope.add(Where(items, "empty", (), True)), scope.add(Where(items, "empty", (), False)))


def _has_items(node: ast.expr) -> bool:
    """What a loop goes through is written there, or so many numbers."""
    match node:
        case ast.Tuple(elts=items) | ast.List(elts=items):
            return any(not isinstance(item, ast.Starred) for item in items)
        case ast.Call(func=ast.Name(id="range"), args=[ast.Constant(value=int(count))]):
            return count > 0
    return False


def _loop(
    scope: Lower, node: ast.For | ast.AsyncFor | ast.While, start: Callable[[], None], rounds: Rounds = ANY_ROUNDS
) -> Branch:
    """One round of a loop; what the body assigns may, at its start, hold anything of an earlier round.

    Gives what names hold at the end of the body.
    """
    before = scope.env
    scope.env = dict(before)
    earlier = {name: scope.earlier() for name in assigned(node.body) if name in before}
    for name, held in earlier.items():
        scope.env[name] = scope.either([before[name], held])
    start()
    scope.exits.append(Exits([], []))
    scope.rounds.append(len(scope.ops))
    found = branch(
        scope,
        scope.env,
        node.body,
        shown(spelled_out(scope, node.test)[0], True) if isinstance(node, ast.While) else [],
    )
    scope.rounds.pop()
    exits = scope.exits.pop()
    ends = [found, *exits.going_on] if node.orelse else [found, *exits.going_on, *exits.broken]
    if rounds.some >= 0:
        ends = [replace(end, needs=(*end.needs, rounds.some)) for end in ends]
    before = before | dict.fromkeys(rounds.empty, rounds.none) if rounds.empty else before
    scope.meet([Branch(before, True, () if rounds.none < 0 else (rounds.none,)), *ends], earlier)
    if node.orelse:
        _otherwise(scope, node.orelse, exits.broken)
    return found


def _otherwise(scope: Lower, body: list[ast.stmt], broken: list[Branch]) -> None:
    """What is done after a loop that was not broken off."""
    start = len(scope.ops)
    ended = branch(scope, scope.env, body, [])
    scope.apart.append((start, len(scope.ops), len(scope.ops) if ended.alive else -1))
    scope.meet([ended, *broken])


def assigned(body: list[ast.stmt]) -> list[str]:
    """The names a body assigns, in order."""
    found: dict[str, None] = {}
    queue: list[ast.AST] = list(reversed(body))
    while queue:
        match queue.pop():
            case ast.Name(id=name, ctx=ast.Store()):
                found[name] = None
            case ast.Attribute(value=owner, attr=name):
                found[slot_of(owner, name)] = None
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
