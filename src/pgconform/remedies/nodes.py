"""Where in a Python file something stands: the nodes around a place, and whether others may hold the same value."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pgconform.remedies.source import Source

_SENDING = frozenset({"insert", "update", "upsert", "rpc", "match", "execute", "append"})
_ASKING = frozenset({"table", "from_", "from_table", "rpc", "select", "order", "eq", "in_", "is_", "neq"})
_LOGGING = frozenset({"debug", "info", "warning", "error", "exception"})
Function = ast.FunctionDef | ast.AsyncFunctionDef


def around(source: Source, start: int, end: int) -> tuple[ast.AST, ...]:
    """The nodes that hold all of a span, the outermost first."""
    found: list[ast.AST] = []
    node: ast.AST | None = source.tree
    while node is not None:
        found.append(node)
        node = next((child for child in ast.iter_child_nodes(node) if _holds(source, child, start, end)), None)
    return tuple(found)


def _holds(source: Source, node: ast.AST, start: int, end: int) -> bool:
    if isinstance(node, ast.expr | ast.stmt | ast.keyword):
        first, last = source.node(node)
        return first <= start and end <= last
    places = [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr | ast.stmt | ast.keyword)]
    return any(_holds(source, child, start, end) for child in places)


def local(path: tuple[ast.AST, ...]) -> bool:
    """A text at the end of this path is seen by one request, and by nobody else.

    It stands in the call itself, is the key of a row that is read, or the key of a payload that only requests get.
    """
    for depth in range(len(path) - 1, 0, -1):
        match path[depth - 1]:
            case ast.Subscript(value=base, slice=index, ctx=context) if path[depth] is index:
                return isinstance(context, ast.Load) or _only_sent(base, path)
            case ast.Call():
                return True
            case ast.Assign(targets=[ast.Name() as name]) | ast.AnnAssign(target=ast.Name() as name):
                return isinstance(path[depth], ast.Dict) and _only_sent(name, path)
            case ast.stmt():
                return False
    return False


def only_asked(source: Source, name: str) -> bool:
    """Every use of a module's or a class's own name is in a call of a request."""
    found = False
    for node in ast.walk(source.tree or ast.Module([], [])):
        for child in ast.iter_child_nodes(node):
            if _loads(child, name):
                found = True
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and child in node.args[:1]):
                    return False
                if node.func.attr not in _ASKING:
                    return False
    return found


def _loads(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=word, ctx=ast.Load()) | ast.Attribute(attr=word, ctx=ast.Load()):
            return word == name
        case _:
            return False


def asks_for(path: tuple[ast.AST, ...], name: str) -> bool:
    """The function around asks whether that name is among keys: what it reads otherwise is for when it is not."""
    function = next((node for node in reversed(path) if isinstance(node, Function)), None)
    return function is not None and any(_is_among(node, name) for node in ast.walk(function))


def _is_among(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Compare(left=ast.Constant(value=value), ops=[ast.In() | ast.NotIn()]):
            return value == name
        case _:
            return False


def _only_sent(name: ast.expr, path: tuple[ast.AST, ...]) -> bool:
    """A name of a function that is used for nothing but to fill a payload and to send it."""
    function = next((node for node in reversed(path) if isinstance(node, Function)), None)
    if not isinstance(name, ast.Name) or function is None:
        return False
    return all(harmless for harmless in _uses(function, name.id))


def _uses(function: Function, name: str) -> Iterator[bool]:
    """For each place where a function loads the name, whether it only fills or sends a payload there."""
    for node in ast.walk(function):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.Name) and child.id == name and isinstance(child.ctx, ast.Load):
                yield _harmless(node, child)


def _harmless(parent: ast.AST, name: ast.Name) -> bool:
    """It is sent, filled, told in a log, or asked whether anything is in it."""
    match parent:
        case ast.Call(func=ast.Attribute(attr=method), args=given) if name in given:
            return method in _LOGGING or (method in _SENDING and given[0] is name)
        case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
            return value is name
        case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
            return test is name
        case ast.UnaryOp(op=ast.Not()) | ast.Call(func=ast.Name(id="len" | "bool")):
            return True
        case _:
            return False
