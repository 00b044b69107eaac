"""``try``: where its body is left, what handlers find, and what is done only where nothing failed."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pgconform.sources.python.flows.blocks import apart, branch, follow, parted
from pgconform.sources.python.flows.failing import failing
from pgconform.sources.python.flows.heads import Attempt
from pgconform.sources.python.flows.logs import tells
from pgconform.sources.python.flows.lower import Branch, Failed, Lower
from pgconform.sources.python.flows.operations import Const, Drop
from pgconform.sources.python.syntax.tree import Lines, within
from pgconform.support.patterns import deferred


def attempt(scope: Lower, node: ast.Try) -> None:
    if _takes_out(node):
        _taken_out(scope, node)
        return
    start, given = len(scope.ops), len(scope.returns)
    body, (none, first), (partial, until) = _body(scope, node.body)
    end = len(scope.ops)
    if body.alive:
        body = branch(scope, body.env, node.orelse, [])
    body = replace(body, start=until, end=len(scope.ops))
    scope.meet([Branch(none, True), Branch(partial, True, (), first, until)])
    failed = scope.env
    ends: list[Branch] = []
    goes_on, join = False, scope.next_join()
    caught, asked = set[str](), set[str]()
    for handler in node.handlers:
        entry = len(scope.ops)
        entered = {**failed, handler.name: scope.typed()} if handler.name else failed
        ends.append(branch(scope, entered, handler.body, []))
        if not isinstance(handler.body[-1], ast.Raise) or _may_go_on(handler):
            goes_on = True
            askers = set(_handed_to(scope, handler))
            caught.update(_names(handler.type), _ABSENCE if _speaks_of_absence(scope, handler, askers) else ())
            asked |= askers
            scope.attempts.append(Attempt(entry, len(scope.ops), join, True, _adapts(scope, entry)))
    if goes_on:
        last = leaves([*node.body, *node.orelse], chosen=all(map(_says_nothing, node.handlers)))
        absence, lookup = not _ABSENCE.isdisjoint(caught), not _LOOKUPS.isdisjoint(caught)
        idle, quiet = _is_idle(node.body), _is_quiet(node)
        others = () if absence else tuple(sorted(asked))
        found = Attempt(start, end, join, False, False, idle, last, absence, lookup, quiet, others, _is_feared(node))
        scope.attempts.append(found)
    parted(scope, node.handlers, ends)
    if body.alive:
        scope.apart.append((until, body.end, len(scope.ops)))
    else:
        apart(scope, node.orelse or node.body, until, body.end)
    if any(branch.alive for branch in ends):
        scope.apart.append((first, until, until))
    scope.meet([body, *ends])
    alive, scope.alive, until = scope.alive, True, len(scope.returns)
    follow(scope, node.finalbody)
    if node.finalbody and isinstance(node.finalbody[-1], ast.Return):
        del scope.returns[given:until]
    scope.alive = scope.alive and alive


def _takes_out(node: ast.Try) -> bool:
    """A key is taken out of something, and where that fails nothing is done: it was not there then."""
    match node:
        case ast.Try(
            body=[ast.Delete(targets=[ast.Subscript()])]
            | [ast.Expr(value=ast.Call(func=ast.Attribute(attr="pop"), args=[_], keywords=[]))],
            orelse=[],
            finalbody=[],
        ):
            idle = all(isinstance(one, ast.Pass | ast.Expr) for handler in node.handlers for one in handler.body)
            return idle and not any(handler.name for handler in node.handlers) and _caught(node) <= _NO_KEY
    return False


def _taken_out(scope: Lower, node: ast.Try) -> None:
    start = len(scope.ops)
    follow(scope, node.body)
    scope.attempts.append(Attempt(start, len(scope.ops), scope.next_join(), lookup=True))
    for handler in node.handlers:
        follow(scope, handler.body)


def suppressed(scope: Lower, item: ast.withitem, start: int) -> None:
    """Note what runs since ``start`` in a ``with suppress(KeyError)``: the program goes on where a key is not there."""
    match item.context_expr:
        case ast.Call(func=ast.Name(id="suppress") | ast.Attribute(attr="suppress"), args=args) if args:
            scope.blocks.append((start, len(scope.ops)))
            caught = {name for one in args for name in _names(one)}
            if not _LOOKUPS.isdisjoint(caught):
                scope.attempts.append(Attempt(start, len(scope.ops), scope.next_join(), lookup=True))


def _body(scope: Lower, body: list[ast.stmt]) -> tuple[Branch, Failed, Failed]:
    """What holds after the body of a ``try``, and what does where it fails at first, and at last."""
    before, start = scope.env, len(scope.ops)
    around, scope.failing, scope.failed = (scope.failing, scope.failed), failing(body), []
    done = branch(scope, before, body, [])
    first = scope.failed[0] if scope.failed else (before, start)
    every = len(scope.failed) == len(scope.failing)
    last = (scope.failed or [first])[-1] if every else (done.env, len(scope.ops))
    scope.failing, scope.failed = around
    return done, first, last


_EVERYTHING = frozenset({"Exception", "BaseException"})
_REFUSALS = _EVERYTHING | {"APIError", "PostgrestAPIError", "Error", "DatabaseError", "PostgresError"}
_REFUSALS |= {"DBAPIError", "SQLAlchemyError"}
"""What clients and drivers call whatever a server refuses."""
_ENDS = frozenset({ast.Return, ast.Break})
_GOING_ON = frozenset({ast.Return, ast.Continue})
_ABSENCE = frozenset({"UndefinedTable", "UndefinedColumn", "UndefinedTableError", "UndefinedColumnError"})
"""What psycopg and asyncpg call the errors of what is not there."""
SAID = deferred(
    rb"(?i:does not exist|\bschema cache\b|could not find the (?:table|function|column|'))"
    rb"|\b(?:42(?:P01|703)|PGRST20[0245])\b"
)
"""A server's words, or code, for that."""
_TESTS = deferred(rb"\b(?:if|elif|or|and)\b")
_DEFINED = deferred(rb"\s*(?:async\s+)?def\s+(\w+)")
_SAYING = frozenset({"str", "repr", "type", "isinstance", "getattr", "hasattr"})
_NO_KEY = frozenset({"KeyError", "LookupError"})
_LOOKUPS = _NO_KEY | {"AttributeError"}
"""What Python calls those of a key, or an attribute, that is not there."""


def _names(caught: ast.expr | None) -> list[str]:
    """The classes of errors that a handler is for."""
    each = caught.elts if isinstance(caught, ast.Tuple) else [caught]
    return [one.attr if isinstance(one, ast.Attribute) else getattr(one, "id", "") for one in each]


def _is_quiet(node: ast.Try) -> bool:
    """Whatever fails is caught, by handlers that raise nothing and hand the error to none that might."""
    return not _EVERYTHING.isdisjoint(_caught(node)) and not any(map(_may_raise, node.handlers))


def _caught(node: ast.Try) -> set[str]:
    """The classes of errors that the handlers are for."""
    return {name for handler in node.handlers for name in (_names(handler.type) if handler.type else _EVERYTHING)}


def _is_feared(node: ast.Try) -> bool:
    """All that is tried is to fail: where it does not, and only there, the function says no or raises.

    Whatever the server refuses is caught: who waits for a row that is there twice means no other failure.
    """
    straight = all(isinstance(item, ast.Expr | ast.Assign) for item in node.body[:-1]) and not node.orelse
    refused = straight and _says_no(node.body) and not any(_says_no(one.body) for one in node.handlers)
    return refused and not _REFUSALS.isdisjoint(_caught(node))


def _says_no(body: list[ast.stmt]) -> bool:
    match body[-1]:
        case ast.Raise() | ast.Return(value=ast.Constant(value=False)) | ast.Assert(test=ast.Constant(value=False)):
            return True
    return False


def _may_raise(handler: ast.ExceptHandler) -> bool:
    for node in within(handler.body):
        if type(node) is ast.Raise:
            return True
        if type(node) is ast.Call and not tells(node.func):
            given = (*node.args, *[item.value for item in node.keywords])
            if any(isinstance(item, ast.Name) and item.id == handler.name for item in given) and not _says(node.func):
                return True
    return False


def _says(function: ast.expr) -> bool:
    """It makes a text or the like of an error."""
    return isinstance(function, ast.Name) and function.id in _SAYING


def speaking(lines: Lines) -> frozenset[str]:
    """The functions of a file in which a server's words, or code, for what is not there stand."""
    found, name = set[str](), b""
    for row in lines.rows if SAID.search(lines.source) else ():
        if made := _DEFINED.match(row):
            name = made[1]
        elif name and SAID.search(row):
            found.add(name.decode(errors="replace"))
    return frozenset(found)


def _speaks_of_absence(scope: Lower, handler: ast.ExceptHandler, askers: set[str]) -> bool:
    """It asks an error, by the words or the code that a server has for that, whether something is not there.

    ``askers`` are the functions that it has ask the error.
    """
    if SAID.search(scope.lines.text_of(handler)):
        texts = (node.value for node in untold(handler.body) if isinstance(node, ast.Constant))
        if any(isinstance(text, str) and SAID.search(text.encode(errors="replace")) for text in texts):
            return True
    return bool(askers) and not scope.file.speaking.isdisjoint(askers)


def untold(body: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """What is in these statements, but what they only tell a log or another exception."""
    waiting = list(body)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, ast.Raise) and not (isinstance(node, ast.Call) and tells(node.func)):
            yield node
            waiting += ast.iter_child_nodes(node)


def _handed_to(scope: Lower, handler: ast.ExceptHandler) -> Iterator[str]:
    """The functions that a test of the handler hands the error to, which may ask it so."""
    if not handler.name or not _TESTS.search(scope.lines.text_of(handler)):
        return
    for node in within(handler.body):
        for test in _tests(node):
            for call in (item for item in within([test]) if type(item) is ast.Call):
                if any(type(item) is ast.Name and item.id == handler.name for item in within(call.args)):
                    yield _called(call.func)


def _tests(node: ast.AST) -> list[ast.expr]:
    """What decides in a statement or expression."""
    match node:
        case ast.If(test=test) | ast.IfExp(test=test):
            return [test]
        case ast.BoolOp(values=values):
            return values
    return []


def _called(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def leaves(body: list[ast.stmt], *, chosen: bool) -> bool:
    """Where nothing fails, a function or loop ends there; where that is ``chosen``, a test may decide it."""
    if not _ENDS.isdisjoint(map(type, body)):
        return True
    tests = [item for item in body if isinstance(item, ast.If)] if chosen else []
    return any(leaves([*item.body, *item.orelse], chosen=True) for item in tests)


def _says_nothing(handler: ast.ExceptHandler) -> bool:
    """Whatever fails, it goes on as if that were to be expected."""
    return all(isinstance(item, ast.Pass | ast.Continue) for item in handler.body)


def _is_idle(body: list[ast.stmt]) -> bool:
    """Something is executed, and that is all; or those that follow it ask nothing of its answer."""
    unread: set[str] = set()
    for item in body:
        if _stands_alone(item):
            return True
        if unread:
            _read(item, unread)
        unread.update(_answered(item))
    return bool(unread.difference(_answered(body[-1]) if body else ()))


def _read(statement: ast.stmt, unread: set[str]) -> None:
    """Takes the names out that a statement reads."""
    for node in within([statement]):
        if type(node) is ast.Name:
            unread.discard(node.id)
            if not unread:
                return


def _stands_alone(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=value):
            return _executes(value)
        case ast.If(body=body, orelse=orelse):
            return _is_idle(body) or _is_idle(orelse)
    return False


def _answered(statement: ast.stmt) -> tuple[str, ...]:
    """The name that an answer is assigned to."""
    match statement:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _executes(value):
            return (name,)
    return ()


def _executes(value: ast.expr) -> bool:
    match value.value if isinstance(value, ast.Await) else value:
        case ast.Call(func=ast.Attribute(attr="execute")):
            return True
    return False


def _may_go_on(handler: ast.ExceptHandler) -> bool:
    """It raises in the end, and before that tries again or gives something back on one of its ways."""
    return any(type(item) in _GOING_ON for item in within(handler.body))


def _adapts(scope: Lower, first: int) -> bool:
    """Since that operation a key that is no constant was taken out of something."""
    ops = scope.ops
    return any(isinstance(op, Drop) and not isinstance(ops[op.key], Const) for op in ops[first:])
