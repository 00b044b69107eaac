"""Expressions as operations."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import Any

from pgconform.sources.python.flows.attributes import is_handed_on, slot, slot_of, store
from pgconform.sources.python.flows.changes import CHANGES, OF_OTHERS, after
from pgconform.sources.python.flows.heads import UNNAMED
from pgconform.sources.python.flows.keysets import ask_sets
from pgconform.sources.python.flows.logs import tells
from pgconform.sources.python.flows.lower import LARGEST, Lower
from pgconform.sources.python.flows.members import Needs, of_members
from pgconform.sources.python.flows.narrow import tested
from pgconform.sources.python.flows.operations import (
    Attr,
    Call,
    Const,
    Drop,
    Func,
    Has,
    Item,
    Join,
    Kept,
    Map,
    Noted,
    Percent,
    Plus,
    Put,
    Seq,
    Slice,
    Star,
    Store,
    Typed,
    Within,
)
from pgconform.sources.python.flows.outcomes import fork, keep, spelled_out
from pgconform.sources.python.flows.paths import is_path
from pgconform.sources.python.flows.slices import sliced
from pgconform.sources.python.flows.spelling import encodable
from pgconform.sources.python.flows.tests import WORDS, Told, Ways, told
from pgconform.sources.python.flows.threads import HANDING, made_by
from pgconform.sources.python.flows.ties import is_element, may_be_empty, origin, parameter_of
from pgconform.sources.python.syntax.templates import Template, form


def lower(scope: Lower, node: ast.expr) -> int:
    """The operation whose value is that of the expression."""
    return READERS[type(node)](scope, node)


def _each(scope: Lower, nodes: Iterable[ast.expr]) -> tuple[int, ...]:
    return tuple([READERS[type(node)](scope, node) for node in nodes])


def _other(scope: Lower, node: ast.expr) -> int:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            lower(scope, child)
    return scope.typed()


def bind(scope: Lower, target: ast.expr, value: int) -> None:
    """The scope after ``target = value``."""
    match target:
        case ast.Name(id=name):
            scope.bind(name, value)
        case ast.Tuple(elts=items) | ast.List(elts=items):
            starred = next((number for number, item in enumerate(items) if isinstance(item, ast.Starred)), len(items))
            for number, item in enumerate(items):
                after = number - len(items)
                if number == starred:
                    rest = scope.add(Star(scope.add(Slice(value, number, after + 1 or None, True))))
                    bind(scope, item, scope.add(Seq("[", (rest,))))
                else:
                    bind(scope, item, _unpacked(scope, value, number if number < starred else after))
        case ast.Subscript(value=base, slice=key):
            held = lower(scope, base)
            _changed(scope, base, scope.add(Put(held, lower(scope, key), value)))
        case ast.Attribute(value=base, attr=name):
            scope.add(Store(lower(scope, base), name, value))
            store(scope, base, name, value)
        case ast.Starred(value=inner):
            bind(scope, inner, value)


def _unpacked(scope: Lower, value: int, number: int) -> int:
    """The item of that number; those after a star are counted from the end."""
    return scope.add(Item(value, scope.add(Const(number, 0, 0, 0, 0))))


def unset(scope: Lower, target: ast.expr) -> None:
    """The scope after ``del target``."""
    if isinstance(target, ast.Attribute):
        scope.env.pop(slot_of(target.value, target.attr), None)
    elif isinstance(target, ast.Subscript):
        held, key = lower(scope, target.value), lower(scope, target.slice)
        scope.add(Item(held, key))
        _changed(scope, target.value, scope.add(Drop(held, key)))


def _changed(scope: Lower, node: ast.expr, value: int) -> None:
    """The name that held a value now holds what became of it; or a dict, under a key that is computed."""
    if name := slot(scope, node):
        scope.env[name] = value
        if scope.lambdas:
            scope.rebound.add(name)
        return
    match node:
        case (
            ast.Subscript(value=base, slice=key)
            | ast.Call(func=ast.Attribute(value=base, attr="setdefault"), args=[key, *_])
        ) if not isinstance(key, ast.Constant | ast.Slice) and (name := slot(scope, base)):
            scope.env[name] = scope.add(Within(lower(scope, base), lower(scope, key), value))


def _name(scope: Lower, node: ast.Name) -> int:
    held = scope.env.get(node.id)
    return scope.name(node.id) if held is None else held


def _constant(scope: Lower, node: ast.Constant) -> int:
    value = node.value
    if isinstance(value, str):
        return scope.text(node, value)
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return scope.typed("py.int")
    if value is None or isinstance(value, int | float):
        return scope.constant(value, node)
    return scope.typed("py.bytes" if isinstance(value, bytes) else "")


def _attribute(scope: Lower, node: ast.Attribute) -> int:
    held = scope.env.get(slot_of(node.value, node.attr), -1) if scope.held else -1
    base = READERS[type(node.value)](scope, node.value)
    if held >= 0 and not is_handed_on(scope, node.value.id, base):  # type: ignore[attr-defined]
        return held
    line, name = node.end_lineno or node.lineno, node.attr
    offset = (node.end_col_offset or 0) - len(name if name.isascii() else name.encode())
    scope.ops.append(Attr(base, name, line, scope.column(line, offset)))
    number = len(scope.ops) - 1
    return number if held < 0 else scope.add(Kept(held, base, number))


def _call(scope: Lower, node: ast.Call) -> int:
    callee = node.func
    if (callee.attr if type(callee) is ast.Attribute else getattr(callee, "id", "")) in HANDING:
        callee = (node := made_by(node)).func
    function = READERS[type(callee)](scope, callee)
    before = scope.telling
    scope.telling = node is scope.raised or tells(callee)
    arguments = _each(scope, node.args[:LARGEST]) if node.args else ()
    keywords = tuple([(item.arg or "**", lower(scope, item.value)) for item in node.keywords]) if node.keywords else ()
    scope.telling = before
    named = scope.ops[function]
    if type(named) is Attr and isinstance(callee, ast.Attribute):
        called = scope.add(Call(function, arguments, keywords, named.line, named.column, named.name))
        if named.name in CHANGES and not (named.name in OF_OTHERS and isinstance(callee.value, ast.Call)):
            _change(scope, callee.value, called)
        return called
    method = named if type(named) is Attr and named.name in CHANGES else None
    name = method.name if method else callee.id if isinstance(callee, ast.Name) else ""
    line = callee.lineno
    called = scope.add(Call(function, arguments, keywords, line, scope.column(line, callee.col_offset), name))
    if method:
        after(scope, method, called)
    return called


def _change(scope: Lower, changed: ast.expr, called: int) -> None:
    """A call of a method that changes a dict or a list in place."""
    call = scope.ops[called]
    if isinstance(changed, ast.Name | ast.Attribute | ast.Subscript | ast.Call | ast.NamedExpr) and type(call) is Call:
        method = scope.ops[call.function]
        held = after(scope, method, called) if type(method) is Attr else -1
        if held >= 0:
            _changed(scope, changed, held)


def _subscript(scope: Lower, node: ast.Subscript) -> int:
    base = lower(scope, node.value)
    if isinstance(node.slice, ast.Slice):
        return scope.add(sliced(base, node.slice))
    return scope.add(Item(base, lower(scope, node.slice)))


def _joined(scope: Lower, node: ast.JoinedStr, forms: tuple[str, ...] | None = None) -> int:
    if scope.telling:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                lower(scope, part.value)
        return scope.typed("py.str" if forms is None else "")
    parts: list[int] = []
    end = node.end_lineno or node.lineno
    for part, marks in scope.text_parts(node):
        if isinstance(part, ast.Constant):
            place = (node.lineno, scope.column(node.lineno, node.col_offset), end, 0)
            parts.append(scope.add(Const(encodable(str(part.value)), *place, marks)))
        elif isinstance(part, ast.FormattedValue):
            value = lower(scope, part.value)
            whole = forms is not None or (part.format_spec is None and part.conversion in (-1, 115))
            parts.append(value if whole else scope.typed())
    column = scope.column(node.lineno, node.col_offset)
    end_column = scope.column(end, node.end_col_offset or 0)
    return scope.add(Join(tuple(parts), node.lineno, column, end, end_column, forms))


def _template(scope: Lower, node: Template) -> int:
    return _joined(scope, node, tuple(map(form, node.values)))


def _dict(scope: Lower, node: ast.Dict) -> int:
    keys = tuple([-1 if key is None else lower(scope, key) for key in node.keys[:LARGEST]])
    values = _each(scope, node.values[:LARGEST])
    if len(node.keys) > LARGEST:
        keys, values = (*keys, -1), (*values, scope.typed())
    return scope.add(Map(keys, values, node.lineno, scope.column(node.lineno, node.col_offset)))


def _display(scope: Lower, node: ast.List | ast.Tuple | ast.Set) -> int:
    kind = "[" if isinstance(node, ast.List) else "(" if isinstance(node, ast.Tuple) else "{"
    items = _each(scope, node.elts[:LARGEST])
    if len(node.elts) > LARGEST:
        items = (*items, scope.add(Star(scope.typed())))
    return scope.add(Seq(kind, items))


def _choice(scope: Lower, node: ast.IfExp) -> int:
    begin = len(scope.ops)
    lower(scope, node.test)
    test, asked = spelled_out(scope, node.test)
    held = told(test, True)
    yes, no = of_members(scope, test, begin)
    (join, swapped), start = fork(scope, node.test, held), len(scope.ops)
    first = _chosen(scope, node.body, held, yes)
    middle = len(scope.ops)
    found = [first, _chosen(scope, node.orelse, told(test, False), no)]
    spans = [(start, middle), (middle, len(scope.ops))]
    scope.blocks += spans
    if swapped:
        found.reverse()
        spans.reverse()
    chosen = scope.either([value for value, _ in found], join, needs=tuple([need for _, need in found]))
    if any(type(op) is Call for op in scope.ops[start:chosen]):
        scope.tested.append((begin, start, *asked, *[scope.env[item.name] for item in held if item.name in scope.env]))
        scope.apart += [(start, middle, chosen), (middle, chosen, chosen)]
        scope.met.append((chosen, chosen + 1, *spans[0], *spans[1]))
    return chosen


def _chosen(scope: Lower, node: ast.expr, tests: list[Told | Ways], also: Needs) -> tuple[int, Needs]:
    """The value where the tests came out so, and what it needs."""
    start, before = len(scope.ops), scope.env
    known = [
        test
        for test in tests
        if (held := before.get(test.name, -1)) >= 0
        and (
            may_be_empty(scope.ops, held, test.name, scope.file.splices)
            or (isinstance(test, Told) and test.kind in WORDS)
            or (scope.rounds and is_element(scope.ops, origin(scope.ops, held, scope.origins)))
        )
    ]
    needs: Needs = ()
    if not known:
        found = lower(scope, node)
        if len(scope.ops) == start and any(parameter_of(scope.ops, before.get(test.name, 0)) >= 0 for test in tests):
            found = scope.add(Noted(found, ""))
    else:
        scope.env = dict(before)
        needs = tuple([need for test in known if (need := tested(scope, test)) >= 0])
        narrowed = dict(scope.env)
        found = lower(scope, node)
        scope.env = before | {name: held for name, held in scope.env.items() if narrowed.get(name) != held}
    scope.guard(start, before, tests)
    return found, (*also, *needs)


def _bool(scope: Lower, node: ast.BoolOp) -> int:
    first, *others = node.values
    values = [lower(scope, first)]
    start, before = len(scope.ops), scope.env
    starts = [start]
    for value in others:
        values.append(lower(scope, value))
        starts.append(len(scope.ops))
    scope.blocks.append((start, len(scope.ops)))
    holds = isinstance(node.op, ast.And)
    if type(first) is ast.Name:
        scope.guard(start, before, told(spelled_out(scope, first)[0], holds))
    for value, begin in zip(node.values, starts, strict=True):
        scope.key(begin, before, told(value, holds) if type(value) is not ast.Name else [])
    return scope.either(values, fallback=True) if isinstance(node.op, ast.Or) else values[-1]


def _binary(scope: Lower, node: ast.BinOp) -> int:
    left, right = lower(scope, node.left), lower(scope, node.right)
    if isinstance(node.op, ast.Add | ast.BitOr):
        return scope.add(Plus(left, right))
    if isinstance(node.op, ast.Mod):
        return scope.add(Percent(left, right))
    if isinstance(node.op, ast.Sub):
        ask_sets(scope, left, right)
    if isinstance(node.op, ast.Div) and is_path(node):
        return scope.add(Call(scope.add(Attr(left, "joinpath", 0, 0)), (right,), (), 0, 0, "joinpath"))
    return scope.typed()


def _unary(scope: Lower, node: ast.UnaryOp) -> int:
    if isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 2**63:
            return scope.constant(-value, node)
    lower(scope, node.operand)
    return scope.typed("py.bool" if isinstance(node.op, ast.Not) else "")


def _compare(scope: Lower, node: ast.Compare) -> int:
    left = lower(scope, node.left)
    for operator, item in zip(node.ops, node.comparators, strict=True):
        right = lower(scope, item)
        if isinstance(operator, ast.In | ast.NotIn):
            scope.add(Has(right, left))
        elif not isinstance(operator, ast.Is | ast.IsNot):
            ask_sets(scope, left, right)
        left = right
    return scope.typed("py.bool")


def _await(scope: Lower, node: ast.Await) -> int:
    return lower(scope, node.value)


def _yield_from(scope: Lower, node: ast.YieldFrom) -> int:
    scope.give(scope.add(Star(lower(scope, node.value))), node)
    return scope.typed()


def _yield(scope: Lower, node: ast.Yield) -> int:
    scope.give(scope.latest(lower(scope, node.value)) if node.value else scope.constant(None, node), node)
    return scope.typed()


def _star(scope: Lower, node: ast.Starred) -> int:
    return scope.add(Star(lower(scope, node.value)))


def _walrus(scope: Lower, node: ast.NamedExpr) -> int:
    begin = len(scope.ops)
    value = lower(scope, node.value)
    if type(scope.ops[value]) is Typed:
        value = scope.latest(value)
    bind(scope, node.target, value)
    keep(scope, node.target.id, node.value, begin)
    return value


def _lambda(scope: Lower, node: ast.Lambda) -> int:
    return named_lambda(scope, node, UNNAMED)


def named_lambda(scope: Lower, node: ast.Lambda, name: str) -> int:
    """A lambda that is called by a name."""
    return scope.add(Func(scope.file.read_lambda(scope, node, name)))


class _Readers(dict[type[Any], Callable[[Lower, Any], int]]):
    def __missing__(self, _: type[Any]) -> Callable[[Lower, Any], int]:
        return _other


READERS = _Readers(
    {
        ast.Name: _name,
        ast.Constant: _constant,
        ast.Attribute: _attribute,
        ast.Call: _call,
        ast.Subscript: _subscript,
        ast.JoinedStr: _joined,
        Template: _template,
        ast.Dict: _dict,
        ast.List: _display,
        ast.Tuple: _display,
        ast.Set: _display,
        ast.IfExp: _choice,
        ast.BoolOp: _bool,
        ast.BinOp: _binary,
        ast.UnaryOp: _unary,
        ast.Compare: _compare,
        ast.Await: _await,
        ast.YieldFrom: _yield_from,
        ast.Yield: _yield,
        ast.Starred: _star,
        ast.NamedExpr: _walrus,
        ast.Lambda: _lambda,
    }
)
