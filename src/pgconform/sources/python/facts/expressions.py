"""Expressions of a Python program as compact values: what of an annotation, a default or a decorator can be read.

They are facts of one file, so they hold no place; `spell` writes them back as Python.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec

NODES = 2_000
DEPTH = 40


class Ref(msgspec.Struct, frozen=True, array_like=True, tag="r", gc=False):
    """A name, or names joined by dots: ``datetime.datetime``."""

    name: str


class Const(msgspec.Struct, frozen=True, array_like=True, tag="c", gc=False):
    """A constant; whole numbers beyond 64 bits and bytes are `Opaque`."""

    value: bool | int | float | str | None


class Call(msgspec.Struct, frozen=True, array_like=True, tag="f"):
    """A call; ``**mapping`` stands among the keywords as "**", ``*items`` among the arguments as `Opaque`."""

    function: Expr
    arguments: tuple[Expr, ...] = ()
    keywords: tuple[tuple[str, Expr], ...] = ()

    def keyword(self, name: str) -> Expr | None:
        return next((value for key, value in self.keywords if key == name), None)


class Sub(msgspec.Struct, frozen=True, array_like=True, tag="s"):
    """A subscript: ``dict[str, int]`` has two items."""

    value: Expr
    items: tuple[Expr, ...]


class Either(msgspec.Struct, frozen=True, array_like=True, tag="o"):
    """``A | B | C``."""

    options: tuple[Expr, ...]


class Seq(msgspec.Struct, frozen=True, array_like=True, tag="l"):
    """A display; ``kind`` is its opening bracket: ``[``, ``(`` or ``{``."""

    kind: str
    items: tuple[Expr, ...]


class Map(msgspec.Struct, frozen=True, array_like=True, tag="d"):
    """A dict display; a spread ``**other`` has the key `Opaque`."""

    keys: tuple[Expr, ...]
    values: tuple[Expr, ...]


class Opaque(msgspec.Struct, frozen=True, array_like=True, tag="x", gc=False):
    """Anything else; ``text`` says of what sort."""

    text: str = "…"


Expr: TypeAlias = Ref | Const | Call | Sub | Either | Seq | Map | Opaque
OPAQUE = Opaque()


def read(node: ast.expr) -> Expr:
    """The expression of a syntax tree; parts beyond the first ``NODES`` or deeper than ``DEPTH`` are `Opaque`."""
    return _Reader().read(node)


class _Reader:
    def __init__(self) -> None:
        self.left = NODES
        self.depth = 0

    def all(self, nodes: list[ast.expr]) -> tuple[Expr, ...]:
        return tuple([self.read(node) for node in nodes])

    def read(self, node: ast.expr | None) -> Expr:
        self.left -= 1
        if self.left < 0 or self.depth > DEPTH:
            return OPAQUE
        if isinstance(node, ast.Name):
            return Ref(node.id)
        if isinstance(node, ast.Constant):
            return _constant(node.value)
        reader = _READERS.get(type(node))
        if reader is None:
            return OPAQUE
        self.depth += 1
        found = reader(self, node)
        self.depth -= 1
        return found


def _attribute(reader: _Reader, node: ast.Attribute) -> Expr:
    base = reader.read(node.value)
    return Ref(f"{base.name}.{node.attr}") if isinstance(base, Ref) else Opaque(f"….{node.attr}")


def _constant(value: object) -> Expr:
    if value is ...:
        return Ref("...")
    if isinstance(value, str):
        return Const(value) if value.isascii() or _encodes(value) else Opaque("str")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return Opaque(str(value) if abs(value) < 2**256 else "int")
    return Const(value) if value is None or isinstance(value, int | float) else Opaque(type(value).__name__)


def _encodes(text: str) -> bool:
    try:
        return bool(text.encode()) or True
    except UnicodeEncodeError:
        return False


def _call(reader: _Reader, node: ast.Call) -> Expr:
    keywords = tuple([(item.arg or "**", reader.read(item.value)) for item in node.keywords])
    return Call(reader.read(node.func), reader.all(node.args), keywords)


def _subscript(reader: _Reader, node: ast.Subscript) -> Expr:
    part = node.slice
    items = part.elts if isinstance(part, ast.Tuple) else [part]
    return Sub(reader.read(node.value), reader.all(items))


def _operation(reader: _Reader, node: ast.BinOp) -> Expr:
    left, right = reader.read(node.left), reader.read(node.right)
    if isinstance(node.op, ast.BitOr):
        return Either((left.options if isinstance(left, Either) else (left,)) + (right,))
    match left, right:
        case Const(int() | float() | str() as one), Const(int() | float() | str() as other):
            return _folded(node.op, one, other)
        case _:
            return OPAQUE


def _folded(operator: ast.operator, one: float | str, other: float | str) -> Expr:
    """The constant that an operation on two constants is: ``"a" + "b"``, ``60 * 60``, ``2**31``."""
    match operator, one, other:
        case ast.Add(), str(), str():
            return Const(one + other)
        case ast.Add(), int() | float(), int() | float():
            return _constant(one + other)
        case ast.Sub(), int() | float(), int() | float():
            return _constant(one - other)
        case ast.Mult(), int() | float(), int() | float():
            return _constant(one * other)
        case ast.Pow(), int(), int() if 0 <= other <= 64 and abs(one) <= 16:
            return _constant(one**other)
        case _:
            return OPAQUE


def _unary(reader: _Reader, node: ast.UnaryOp) -> Expr:
    match node.op, reader.read(node.operand):
        case ast.USub(), Const(int() | float() as value) if not isinstance(value, bool):
            return _constant(-value)
        case ast.UAdd(), Const(int() | float()) as said:
            return said
        case _:
            return OPAQUE


def _display(reader: _Reader, node: ast.Tuple | ast.List | ast.Set) -> Expr:
    kind = "(" if isinstance(node, ast.Tuple) else "[" if isinstance(node, ast.List) else "{"
    return Seq(kind, reader.all(node.elts))


def _mapping(reader: _Reader, node: ast.Dict) -> Expr:
    keys = tuple([reader.read(key) for key in node.keys])
    return Map(keys, reader.all(node.values))


_READERS: dict[type[Any], Callable[[_Reader, Any], Expr]] = {
    ast.Attribute: _attribute,
    ast.Call: _call,
    ast.Subscript: _subscript,
    ast.BinOp: _operation,
    ast.UnaryOp: _unary,
    ast.Tuple: _display,
    ast.List: _display,
    ast.Set: _display,
    ast.Dict: _mapping,
}


def spell(expression: Expr) -> str:
    """The expression as Python; ``…`` stands for what was not read."""
    match expression:
        case Ref(name):
            return name
        case Const(value):
            return repr(value)
        case Call(function, arguments, keywords):
            said = [spell(item) for item in arguments]
            said += [f"**{spell(value)}" if key == "**" else f"{key}={spell(value)}" for key, value in keywords]
            return f"{spell(function)}({', '.join(said)})"
        case Sub(value, items):
            return f"{spell(value)}[{', '.join(map(spell, items))}]"
        case Either(options):
            return " | ".join(map(spell, options))
        case Map(keys, values):
            return "{" + ", ".join(f"{spell(k)}: {spell(v)}" for k, v in zip(keys, values, strict=True)) + "}"
        case Seq(kind, items):
            return kind + ", ".join(map(spell, items)) + _CLOSING[kind]
        case Opaque(text):
            return text


_CLOSING = {"(": ")", "[": "]", "{": "}"}
