"""Classes as they are written: bases, decorators and the body's assignments, not yet understood."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

import msgspec

from pgconform.sources.python.facts.expressions import Expr, read
from pgconform.sources.python.syntax.tree import Parsed, Span


class Member(msgspec.Struct, frozen=True, array_like=True):
    """``name: annotation = value`` in a class body or a module; ``span`` is the name's own.

    ``parameters`` are the type parameters of a ``type`` statement.
    """

    name: str
    span: Span
    annotation: Expr | None = None
    value: Expr | None = None
    parameters: tuple[str, ...] = ()


class Method(msgspec.Struct, frozen=True, array_like=True):
    """A method: its decorators, the annotation of what it returns, and of ``__tablename__`` what it returns."""

    name: str
    span: Span
    decorators: tuple[Expr, ...] = ()
    returns: Expr | None = None
    gives: Expr | None = None


class ClassFacts(msgspec.Struct, frozen=True, array_like=True):
    """A class statement. ``parameters`` are the type parameters of ``class A[T]``; ``classes`` those within it.

    ``methods`` are only the decorated ones and those with a name in ``__…__``.
    """

    name: str
    span: Span
    bases: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()
    decorators: tuple[Expr, ...] = ()
    members: tuple[Member, ...] = ()
    methods: tuple[Method, ...] = ()
    classes: tuple[ClassFacts, ...] = ()
    parameters: tuple[str, ...] = ()


def read_class(parsed: Parsed, node: ast.ClassDef) -> ClassFacts:
    """The facts of a class statement and of the classes in its body."""
    body = list(statements(node.body))
    return ClassFacts(
        name=node.name,
        span=_named(parsed, node, "class "),
        bases=tuple([read(base) for base in node.bases]),
        keywords=tuple([(item.arg or "**", read(item.value)) for item in node.keywords]),
        decorators=tuple([read(item) for item in node.decorator_list]),
        members=read_members(parsed, body),
        methods=tuple([_method(parsed, item) for item in body if _telling(item)]),
        classes=tuple([read_class(parsed, item) for item in body if isinstance(item, ast.ClassDef)]),
        parameters=parameters_of(parsed, node),
    )


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body, those under ``if``, ``with`` and ``try`` among them.

    Of two branches the first is what counts, so the later ones come first: whoever binds a name last, wins.
    """
    for statement in body:
        if type(statement) not in _AROUND:
            yield statement
            continue
        match statement:
            case ast.If():
                yield from statements(statement.orelse)
                yield from statements(statement.body)
            case ast.Try():
                for handler in statement.handlers:
                    yield from statements(handler.body)
                yield from statements(statement.body + statement.orelse + statement.finalbody)
            case ast.With():
                yield from statements(statement.body)


_AROUND: frozenset[type[ast.stmt]] = frozenset({ast.If, ast.Try, ast.With})


def read_members(parsed: Parsed, body: list[ast.stmt]) -> tuple[Member, ...]:
    """The assignments of a body, in order."""
    members: list[Member] = []
    for statement in body:
        if type(statement) in _NAMELESS:
            continue
        match statement:
            case ast.AnnAssign(target=ast.Name() as target, annotation=annotation, value=value):
                given = read(value) if value else None
                members.append(Member(target.id, parsed.lines.span(target), read(annotation), given))
            case ast.Assign(targets=targets, value=value):
                said, parameters = read(value), parsed.parameters.get(statement.lineno, ())
                members += [
                    Member(target.id, parsed.lines.span(target), None, said, parameters=parameters)
                    for target in targets
                    if isinstance(target, ast.Name)
                ]
            case _ if type(statement).__name__ == "TypeAlias":
                members.append(_alias(parsed, statement))
    return tuple(members)


_NAMELESS: frozenset[type[ast.stmt]] = frozenset(
    {ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom}
)


def _alias(parsed: Parsed, statement: Any) -> Member:
    span = parsed.lines.span(statement.name)
    said = read(statement.value)
    return Member(statement.name.id, span, None, said, parameters=parameters_of(parsed, statement))


def parameters_of(parsed: Parsed, node: ast.stmt) -> tuple[str, ...]:
    """The names between the brackets of ``class A[T]`` or ``type X[T] = …``."""
    written = getattr(node, "type_params", None)
    if written is None:
        return parsed.parameters.get(node.lineno, ())
    return tuple(parameter.name for parameter in written)


def _telling(node: ast.stmt) -> bool:
    match node:
        case (
            ast.FunctionDef(name=name, decorator_list=decorators)
            | ast.AsyncFunctionDef(name=name, decorator_list=decorators)
        ):
            return bool(decorators) or (name.startswith("__") and name.endswith("__"))
        case _:
            return False


def _method(parsed: Parsed, node: ast.stmt) -> Method:
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    decorators = tuple([read(item) for item in node.decorator_list])
    said = node.body[-1] if node.name == "__tablename__" else None
    gives = read(said.value) if isinstance(said, ast.Return) and said.value else None
    returns = read(node.returns) if node.returns else None
    return Method(node.name, _named(parsed, node, "def "), decorators, returns, gives)


def _named(parsed: Parsed, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef, keyword: str) -> Span:
    """The place of the name in ``class Name`` or ``def name``, as it is commonly spaced."""
    ahead = len(keyword) + (len("async ") if isinstance(node, ast.AsyncFunctionDef) else 0)
    column = parsed.lines.column(node.lineno, node.col_offset) + ahead
    return Span(node.lineno, column, node.lineno, column + len(node.name))
