"""``match``: what its cases tell of the subject, and what names hold after them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from pgconform.sources.python.flows.blocks import branch, parted
from pgconform.sources.python.flows.expressions import lower
from pgconform.sources.python.flows.lower import Branch, Lower
from pgconform.sources.python.flows.operations import Elem, Item, Param, Seq
from pgconform.sources.python.flows.patterns import Bound
from pgconform.sources.python.flows.tests import BUILTINS, Told, Ways, one_of_ways, part_of_name, told

_GIVEN = (Param, Elem, Item)
"""Operations whose parts tests narrow by the name that they have."""


def match_cases(scope: Lower, node: ast.Match) -> None:
    """The scope after a ``match``; what its subject is goes by a name that nobody can write where it has none."""
    subject = lower(scope, node.subject)
    known = scope.env
    about = _named(scope, node.subject, subject)
    hidden = scope.env.keys() - known.keys()
    before, bound = scope.env, Bound(scope, node.cases)
    ends: list[Branch] = []
    others: list[Told | Ways] = []
    for case in node.cases:
        scope.env = before | bound.of(case.pattern, subject)
        if case.guard is not None:
            lower(scope, case.guard)
        tests = [*of_case(about, case.pattern, True), *others]
        tests += told(case.guard, True) if case.guard is not None else ()
        ends.append(branch(scope, scope.env, case.body, [], tests))
        others += of_case(about, case.pattern, False) if case.guard is None else ()
    parted(scope, node.cases, ends)
    if not any(case.guard is None and _takes_all(case.pattern) for case in node.cases):
        ends.append(branch(scope, before, [], [], others))
    scope.meet(ends)
    for name in hidden:
        scope.env.pop(name, None)


def _named(scope: Lower, node: ast.expr, value: int) -> ast.expr:
    """What tests of a subject, or of its items, are told of: its name, that of what it is a part of, or a new one."""
    op = scope.ops[value]
    if isinstance(node, ast.Tuple) and isinstance(op, Seq) and len(op.items) == len(node.elts):
        return ast.Tuple([_named(scope, item, held) for item, held in zip(node.elts, op.items, strict=True)])
    name = node.id if isinstance(node, ast.Name) else part_of_name(node)[0]
    held = scope.env.get(name, -1)
    if isinstance(node, ast.Name) or (held >= 0 and isinstance(scope.ops[held], _GIVEN)):
        return node
    hidden = f"match {value}"
    scope.env = {**scope.env, hidden: value}
    return ast.Name(hidden)


def _takes_all(pattern: ast.pattern) -> bool:
    """It fits whatever the subject is."""
    match pattern:
        case ast.MatchAs(pattern=None):
            return True
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return _takes_all(inner)
        case ast.MatchOr(patterns=patterns):
            return any(map(_takes_all, patterns))
    return False


def of_case(subject: ast.expr, pattern: ast.pattern, holds: bool) -> list[Told | Ways]:
    """What is told of a subject where it matches a pattern, or where it does not."""
    match pattern:
        case ast.MatchAs(pattern=ast.pattern() as inner):
            return of_case(subject, inner, holds)
        case ast.MatchValue(value=ast.Constant() as value):
            return told(ast.Compare(subject, [ast.Eq()], [value]), holds)
        case ast.MatchOr(patterns=patterns):
            return _of_any(subject, patterns, holds)
        case ast.MatchSequence(patterns=patterns) if isinstance(subject, ast.Tuple):
            return _of_items(subject.elts, patterns, holds)
    name, part = (subject.id, "") if isinstance(subject, ast.Name) else part_of_name(subject)
    return _of_shape(name, part, pattern, holds) if name else []


def _of_shape(name: str, part: str | int, pattern: ast.pattern, holds: bool) -> list[Told | Ways]:
    """What is told of a value, or of a part of it, by the class that a pattern asks for, and the keys."""
    match pattern:
        case ast.MatchSingleton(value=None):
            return [Told(name, "none", (), holds, part)]
        case ast.MatchClass(cls=ast.Name(id=kind), patterns=inner, kwd_patterns=[]) if kind in BUILTINS:
            whole = all(map(_takes_all, inner))
            return [Told(name, "isa", (kind,), holds, part)] if holds or whole else []
        case ast.MatchSequence():
            return [Told(name, "isa", ("list", "tuple"), True, part)] if holds else []
        case ast.MatchMapping(keys=keys, patterns=inner):
            asked = [key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)]
            is_dict = Told(name, "isa", ("dict",), True, part)
            has = [Told(name, "has", (key,), True, part) for key in asked if key.isascii()]
            if holds:
                return [*(_of_values(name, keys, inner) if part == "" else ()), is_dict, *has]
            whole = len(has) == len(keys) <= 1 and all(map(_takes_all, inner)) and part == ""
            return _ways_without(is_dict, has) if whole else []
    return []


def _of_values(name: str, keys: Sequence[ast.expr], patterns: Sequence[ast.pattern]) -> Iterator[Told | Ways]:
    """What is told of the values under the keys of a dict that matches."""
    for key, pattern in zip(keys, patterns, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield from of_case(ast.Subscript(ast.Name(name), key), pattern, True)


def _ways_without(is_dict: Told, has: Sequence[Told]) -> list[Told | Ways]:
    """It is no dict, or one that has not that key."""
    is_none = replace(is_dict, holds=False)
    if not has:
        return [is_none]
    return [Ways(is_dict.name, ((is_none,), (is_dict, replace(has[0], holds=False))))]


def _of_any(subject: ast.expr, patterns: Sequence[ast.pattern], holds: bool) -> list[Told | Ways]:
    """What is told where one of several patterns matches, or where none does."""
    if all(isinstance(item, ast.MatchValue) for item in patterns):
        values: list[ast.expr] = [item.value for item in patterns if isinstance(item, ast.MatchValue)]
        return told(ast.Compare(subject, [ast.In()], [ast.Tuple(values)]), holds)
    if not holds:
        return [item for pattern in patterns for item in of_case(subject, pattern, False)]
    return one_of_ways([(of_case(subject, item, True), of_case(subject, item, False)) for item in patterns])


def _of_items(items: Sequence[ast.expr], patterns: Sequence[ast.pattern], holds: bool) -> list[Told | Ways]:
    """The same of items that are matched one by one."""
    if len(items) != len(patterns) or any(isinstance(item, ast.MatchStar) for item in patterns):
        return []
    asked = [(item, pattern) for item, pattern in zip(items, patterns, strict=True) if not _takes_all(pattern)]
    if holds or len(asked) == 1:
        return [told for item, pattern in asked for told in of_case(item, pattern, holds)]
    return []
