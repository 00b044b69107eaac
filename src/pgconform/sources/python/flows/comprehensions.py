"""Comprehensions: what they run over, and which tests keep items away."""

from __future__ import annotations

import ast

from pgconform.sources.python.flows.expressions import bind, lower
from pgconform.sources.python.flows.loops import element, met
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.narrow import conjuncts, needed, tie
from pgconform.sources.python.flows.operations import Comp, Elem, Has, Where
from pgconform.sources.python.flows.outcomes import spelled_out
from pgconform.sources.python.flows.tests import subjects, texts


def comprehension(scope: Lower, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp) -> int:
    """The operation whose value is that of a comprehension."""
    kept, start = scope.env, len(scope.ops)
    scope.env = dict(kept)
    source, within = -1, -1
    needs: list[int] = []
    filtered, picked = len(node.generators) > 1, False
    filled = not filtered
    for loop in node.generators:
        items = met(scope, loop.iter, lower(scope, loop.iter))
        source = items if source < 0 else source
        met_one = Elem(items) if loop.ifs else element(scope, items, loop.target, [node])
        bind(scope, loop.target, scope.add(met_one))
        for test in (part for written in loop.ifs for part in conjuncts(written)):
            held, more = _asked(scope, node, test)
            if within < 0 <= held:
                within = held
            elif not more:
                filtered, filled = True, filled and _asks_for_something(node, test)
                picked = picked or (
                    isinstance(node, ast.DictComp) and not subjects(test).isdisjoint(subjects(node.key))
                )
            needs += more
    key = lower(scope, node.key) if isinstance(node, ast.DictComp) else -1
    values = getattr(node, "value", None) if isinstance(node, ast.DictComp) else node.elt
    value = lower(scope, values) if values else -1
    scope.env = kept
    scope.blocks.append((start, len(scope.ops)))
    if value < 0 or isinstance(values, ast.Starred):
        return scope.typed()  # of all that is in each of several (PEP 798)
    kind = "{" if isinstance(node, ast.DictComp | ast.SetComp) else "["
    within = within if len(node.generators) == 1 else -1
    return scope.add(Comp(kind, key, value, source, filtered, within, tuple(needs), picked, filtered and filled))


def _asks_for_something(node: ast.expr, test: ast.expr) -> bool:
    """The test of a dict comprehension is whether the value is something: ``if value``, ``if value is not None``."""
    match node, test:
        case ast.DictComp(value=ast.Name(id=value)), ast.Name(id=name):
            return name == value
        case (
            ast.DictComp(value=ast.Name(id=value)),
            ast.Compare(left=ast.Name(id=name), ops=[ast.IsNot() | ast.NotEq() | ast.NotIn()]),
        ):
            return name == value
    return False


def _asked(scope: Lower, node: ast.expr, test: ast.expr) -> tuple[int, list[int]]:
    """Lowers a test: the operation that holds the keys of ``{key: … if key in held}``, or -1, and what it needs."""
    match node, test:
        case (
            ast.DictComp(key=ast.Name(id=key)),
            ast.Compare(left=ast.Name(id=name) as left, ops=[ast.In() | ast.NotIn() as operator], comparators=[held]),
        ) if key == name:
            found, asked = lower(scope, held), lower(scope, left)
            scope.add(Has(found, asked))
            if isinstance(operator, ast.In):
                return found, needed(scope, test)
            if not texts(held):
                need = scope.add(Where(asked, "held", (), False, found))
                tie(scope, name, asked, need)
                return -1, [need]
            return -1, needed(scope, test)
        case ast.DictComp(key=ast.Name(id=key)), ast.Compare(left=ast.Subscript(value=ast.Name(id=name))) if (
            key == name
        ):
            lower(scope, test)
            return -1, []
    lower(scope, test)
    return -1, needed(scope, spelled_out(scope, test)[0])
