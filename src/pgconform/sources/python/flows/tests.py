"""What a condition tells of the texts and dicts that names hold: ``kind == "a"``, ``"key" in row``."""

from __future__ import annotations

import ast
from collections.abc import Callable
from itertools import chain
from typing import Any, TypeAlias

import msgspec

WORDS = frozenset({"in", "same"})
"""The kinds of tests that tell a word from others."""


class Told(msgspec.Struct, frozen=True):
    """Where the branch is taken, that ``name`` is one of ``texts``, or starts or ends so, ``holds`` or does not.

    ``kind`` "true": that it is true, as an ``if`` has it; "none": that it is None; "has": that it has a text as a key;
    "held": that it is a key, or an item, of what the name in ``texts`` holds; "same": that it is the constant, or
    the member of the class, that ``texts`` name; "isa": that it is of one of these
    builtin classes; "gives": that it has something true under a key, "got": something but None; "calls": that it can
    be called; "named": that it has an attribute; "tells": that its attribute is true, which tells which of several
    objects it is. ``part``: that goes for this attribute, key or item of it.
    """

    name: str
    kind: str
    texts: tuple[str, ...]
    holds: bool
    part: str | int = ""


class Ways(msgspec.Struct, frozen=True):
    """Where the branch is taken, that ``name`` is as all tests of one of several ways have it."""

    name: str
    ways: tuple[tuple[Told, ...], ...]


def told(test: ast.expr, holds: bool) -> list[Told | Ways]:
    """What is told where ``test`` holds, or where it does not."""
    reader = _READERS.get(type(test))
    return reader(test, holds) if reader else []


def _of_name(test: ast.Name, holds: bool) -> list[Told | Ways]:
    return [Told(test.id, "true", (), holds)]


def _of_attribute(test: ast.Attribute, holds: bool) -> list[Told | Ways]:
    name, part = part_of_name(test)
    return [Told(name, "tells", (), holds, part)] if name else []


def _of_named(test: ast.NamedExpr, holds: bool) -> list[Told | Ways]:
    """What is told of the name that the test binds first, and of what that is taken from."""
    return [*told(test.target, holds), *told(test.value, holds)]


def _of_not(test: ast.UnaryOp, holds: bool) -> list[Told | Ways]:
    return told(test.operand, not holds) if isinstance(test.op, ast.Not) else []


def _of_several(test: ast.BoolOp, holds: bool) -> list[Told | Ways]:
    if isinstance(test.op, ast.And) == holds:
        return [item for value in test.values for item in told(value, holds)]
    return one_of_ways([(told(value, holds), told(value, not holds)) for value in test.values])


def _of_comparison(test: ast.Compare, holds: bool) -> list[Told | Ways]:
    if len(test.ops) > 1:
        return []
    operator, other = test.ops[0], test.comparators[0]
    left = test.left.target if isinstance(test.left, ast.NamedExpr) else test.left
    match left:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            return _of_length(name, operator, other, holds)
        case ast.Constant(value=str(key)) if isinstance(other, ast.Name):
            known = isinstance(operator, ast.In | ast.NotIn) and key.isascii()
            return [Told(other.id, "has", (key,), holds == isinstance(operator, ast.In))] if known else []
        case ast.Name(id=name) if isinstance(other, ast.Constant) and other.value is None:
            sought = isinstance(operator, ast.Is) == holds
            return [Told(name, "none", (), sought)] if isinstance(operator, ast.Is | ast.IsNot) else []
        case ast.Name(id=name):
            return _compared(name, operator, other, holds)
        case ast.Call(func=ast.Name(id="type"), args=[ast.Name(id=name)]):
            return _of_type(name, operator, other, holds)
        case ast.Call() | ast.Subscript() if isinstance(other, ast.Constant) and other.value is None:
            known = isinstance(operator, _SAMENESS)
            return _given(left, "got", holds == isinstance(operator, ast.IsNot | ast.NotEq)) if known else []
    name, part = part_of_name(left)
    return _compared(name, operator, other, holds, part) if name else []


def _of_length(name: str, operator: ast.cmpop, other: ast.expr, holds: bool) -> list[Told | Ways]:
    """What ``len(name) > 0`` tells."""
    match operator, other:
        case (ast.Gt() | ast.NotEq(), ast.Constant(value=0)) | (ast.GtE(), ast.Constant(value=1)):
            return [Told(name, "true", (), holds)]
        case (ast.Eq() | ast.LtE(), ast.Constant(value=0)) | (ast.Lt(), ast.Constant(value=1)):
            return [Told(name, "true", (), not holds)]
    return []


def _of_type(name: str, operator: ast.cmpop, other: ast.expr, holds: bool) -> list[Told | Ways]:
    """What ``type(name) is list`` tells."""
    if not isinstance(operator, ast.Is | ast.IsNot | ast.Eq | ast.NotEq) or not (named := _builtins(other)):
        return []
    return [Told(name, "isa", named, holds == isinstance(operator, ast.Is | ast.Eq))]


def _of_call(test: ast.Call, holds: bool) -> list[Told | Ways]:
    match test:
        case ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=name)]):
            return [Told(name, "true", (), holds)]
        case ast.Call(func=ast.Name(id="isinstance"), args=[ast.Name(id=name), classes]):
            named = _builtins(classes)
            return [Told(name, "isa", named, holds)] if named else []
        case ast.Call(func=ast.Name(id="callable"), args=[ast.Name(id=name)]):
            return [Told(name, "calls", (), holds)]
        case ast.Call(func=ast.Name(id="hasattr"), args=[ast.Name(id=name), ast.Constant("execute" | "data" as asked)]):
            return [Told(name, "named", (asked,), holds)]
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="startswith" | "endswith" as kind), args=[other]
        ):
            found = texts(other)
            return [Told(name, kind, found, holds)] if found else []
    return _given(test, "gives", holds)


def _given(node: ast.expr, kind: str, holds: bool) -> list[Told | Ways]:
    """What is told of a dict by a test of what it has under a key."""
    match node:
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(key))) if key.isascii():
            return [Told(name, kind, (key,), holds)]
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[ast.Constant(value=str(key)), *others]
        ) if all(isinstance(other, ast.Constant) and not other.value for other in others):
            return [Told(name, kind, (key,), holds)] if key.isascii() else []
    return []


_READERS: dict[type[Any], Callable[[Any, bool], list[Told | Ways]]] = {
    ast.Name: _of_name,
    ast.Attribute: _of_attribute,
    ast.NamedExpr: _of_named,
    ast.UnaryOp: _of_not,
    ast.BoolOp: _of_several,
    ast.Compare: _of_comparison,
    ast.Call: _of_call,
    ast.Subscript: lambda test, holds: _given(test, "gives", holds),
}


def _builtins(node: ast.expr) -> tuple[str, ...]:
    """The builtin classes that ``isinstance`` is asked for; () where there are others among them."""
    items = node.elts if isinstance(node, ast.Tuple) else _united(node)
    found = tuple(item.id for item in items if isinstance(item, ast.Name) and item.id in BUILTINS)
    return found if len(found) == len(items) else ()


def _united(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        return [*_united(node.left), *_united(node.right)]
    return [node]


BUILTINS = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
"""Classes of which it is known whether a constant or a display is of them; their patterns bind the subject itself."""


def part_of_name(node: ast.expr) -> tuple[str, str | int]:
    """The name and attribute, key or item of ``name.part``, ``name["part"]``, ``name[0]`` or ``name.get("part")``."""
    match node:
        case ast.Attribute(value=ast.Name(id=name), attr=part):
            return name, part
        case ast.Subscript(value=ast.Name(id=name), slice=ast.Constant(value=str(part) | int(part))):
            return name, part
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id=name), attr="get"), args=[ast.Constant(value=str(part)), *_]
        ):
            return name, part
    return "", ""


def one_of_ways(parts: list[tuple[list[Told | Ways], list[Told | Ways]]]) -> list[Told | Ways]:
    """One of these parts comes out as its first half says, those before it that say one thing as their second does."""
    plain = [(_plain(yes), _plain(no)) for yes, no in parts]
    names = {item.name for yes, _ in plain for item in yes}
    if not all(yes for yes, _ in plain) or len(names) > 1 or any(item.part != "" for yes, _ in plain for item in yes):
        return []
    denied = [no if len(yes) == len(no) == 1 else () for yes, no in plain]
    ways = [(*chain.from_iterable(denied[:number]), *yes) for number, (yes, _) in enumerate(plain)]
    return [Ways(names.pop(), tuple(ways))]


def _plain(told: list[Told | Ways]) -> tuple[Told, ...]:
    """These, or none where one of them can come about in several ways."""
    found = [item for item in told if isinstance(item, Told)]
    return tuple(found) if len(found) == len(told) else ()


def _compared(name: str, operator: ast.cmpop, other: ast.expr, holds: bool, part: str | int = "") -> list[Told | Ways]:
    if isinstance(other, ast.Name) and isinstance(operator, ast.In | ast.NotIn) and part == "":
        return [Told(name, "held", (other.id,), holds == isinstance(operator, ast.In))]
    if isinstance(operator, _SAMENESS) and (named := _constant(other)):
        return [Told(name, "same", named, holds == isinstance(operator, ast.Eq | ast.Is), part)]
    found = texts(other)
    one = isinstance(other, ast.Constant)
    if not found or one != isinstance(operator, ast.Eq | ast.NotEq):
        return []
    if not isinstance(operator, ast.Eq | ast.NotEq | ast.In | ast.NotIn):
        return []
    return [Told(name, "in", found, holds == isinstance(operator, ast.Eq | ast.In), part)]


_SAMENESS = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot)


def _constant(node: ast.expr) -> tuple[str, ...]:
    """The name of a constant, or of a class and a member of it, as their spelling has it; () where there is another."""
    match node:
        case ast.Name(id=name) if name.isupper():
            return (name,)
        case ast.Attribute(value=ast.Name(id=name), attr=member) if member.isupper():
            return (name, member)
    return ()


def texts(node: ast.expr) -> tuple[str, ...]:
    """The texts of a constant or of a display of constants; () where there is anything else."""
    items = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    found = [item.value for item in items if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return tuple(found) if len(found) == len(items) and all(text.isascii() for text in found) else ()


Asked: TypeAlias = tuple[object, ...]


def asked(test: ast.expr, held: Callable[[str], object]) -> tuple[Asked | None, bool]:
    """What a test asks, the same of each that asks it in these words or denies it; and whether it is denied.

    ``held`` is what a name holds. None: a call in it may say something else each time.
    """
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            question, denied = asked(operand, held)
            return question, not denied
        case ast.Compare(ops=[operator]):
            plain = _DENIED.get(type(operator), type(operator))
            sides = _worded(test.left, held), _worded(test.comparators[0], held)
            return (None if None in sides else (plain, *sides)), plain is not type(operator)
    return (None if (said := _worded(test, held)) is None else (said,)), False


_DENIED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.IsNot: ast.Is,
    ast.NotIn: ast.In,
    ast.LtE: ast.Gt,
    ast.GtE: ast.Lt,
}
_SAYING = frozenset(
    {ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.Compare, ast.List, ast.Subscript, ast.Tuple, ast.UnaryOp}
)
_LOOKING = frozenset({"bool", "get", "getattr", "hasattr", "isdigit", "isinstance", "len", "lower", "startswith"})
"""Functions and methods that say the same each time, of what has not changed."""


def _worded(node: ast.AST, held: Callable[[str], object]) -> object:
    match node:
        case ast.Name(id=name):
            return held(name)
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return held(name), held(f"{name}.{attribute}")
        case ast.Constant(value=value):
            return type(value), value
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name not in _LOOKING:
            return None
        case ast.expr() if type(node) not in _SAYING:
            return None
        case ast.expr():
            parts = [_worded(part, held) for part in ast.iter_child_nodes(node)]
            return None if None in parts else (type(node), getattr(node, "attr", ""), *parts)
        case ast.keyword():
            return None
    return type(node)


def subjects(test: ast.expr) -> set[str]:
    """The names that a test is of: of what they hold, not only of what something has under that as a key."""
    found: set[str] = set()
    waiting: list[ast.AST] = [test]
    while waiting:
        match waiting.pop():
            case ast.Name(id=name):
                found.add(name)
            case ast.Attribute(value=base) | ast.Subscript(value=base, slice=ast.Name()):
                waiting.append(base)
            case ast.Call(func=ast.Attribute(value=base, attr="get"), args=[ast.Name(), *others]):
                waiting += [base, *others]
            case ast.Call(func=ast.Name(id="getattr"), args=[base, ast.Name(), *others]):
                waiting += [base, *others]
            case other if type(other) is not ast.Constant:
                waiting += ast.iter_child_nodes(other)
    return found
