"""The patterns of ``match``: what they bind of the subject, and the keys they ask it for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from pgconform.sources.python.flows.expressions import lower
from pgconform.sources.python.flows.lower import Lower
from pgconform.sources.python.flows.operations import Attr, Call, Elem, Has, Item, Slice
from pgconform.sources.python.flows.tests import BUILTINS


class Bound:
    """What the patterns of one ``match`` bind. ``keys`` are those that every mapping among them asks for.

    Of others each is one way among several that a value may look, and so is asked for before it is read.
    """

    def __init__(self, scope: Lower, cases: Iterable[ast.match_case]) -> None:
        self.scope = scope
        mappings = [mapping for case in cases for mapping in _mappings(case.pattern)]
        said = [{key.value for key in item.keys if isinstance(key, ast.Constant)} for item in mappings]
        self.keys = frozenset(set.intersection(*said)) if said else frozenset()
        self.single = len(mappings) == 1

    def of(self, pattern: ast.pattern, subject: int) -> dict[str, int]:
        """The names that a pattern binds where it fits the subject."""
        return self._of(pattern, subject, self.keys)

    def _of(self, pattern: ast.pattern, subject: int, keys: frozenset[object] | None) -> dict[str, int]:
        """The same; ``keys`` None: each key is asked for by this pattern alone."""
        match pattern:
            case ast.MatchAs(pattern=inner, name=name):
                found = self._of(inner, subject, keys) if inner else {}
                return {**found, name: subject} if name else found
            case ast.MatchMapping():
                return self._of_mapping(pattern, subject, keys)
            case ast.MatchSequence(patterns=patterns):
                return self._of_items(patterns, subject, keys)
            case ast.MatchOr(patterns=patterns):
                return self._of_any([self._of(item, subject, keys) for item in patterns])
            case ast.MatchClass(cls=ast.Name(id=name), patterns=[inner], kwd_patterns=[]) if name in BUILTINS:
                return self._of(inner, subject, keys)
        return {name: self.scope.typed() for name in _names(pattern)}

    def _of_mapping(self, pattern: ast.MatchMapping, subject: int, keys: frozenset[object] | None) -> dict[str, int]:
        found: dict[str, int] = {}
        for key, inner in zip(pattern.keys, pattern.patterns, strict=True):
            known = keys is None or (isinstance(key, ast.Constant) and key.value in keys)
            found |= self._of(inner, self._part(key, subject, asked=known), None if self.single else frozenset())
        return {**found, pattern.rest: self._call(subject, "copy", (), key=pattern)} if pattern.rest else found

    def _part(self, key: ast.expr, subject: int, *, asked: bool) -> int:
        held = lower(self.scope, key)
        if asked:
            return self._call(subject, "get", (held,), key)
        self.scope.add(Has(subject, held))
        return self.scope.add(Item(subject, held))

    def _call(self, subject: int, name: str, arguments: tuple[int, ...], key: ast.expr | ast.pattern) -> int:
        line, column = key.lineno, self.scope.column(key.lineno, key.col_offset)
        return self.scope.add(
            Call(self.scope.add(Attr(subject, name, line, column)), arguments, (), line, column, name)
        )

    def _of_items(self, patterns: list[ast.pattern], subject: int, keys: frozenset[object] | None) -> dict[str, int]:
        found: dict[str, int] = {}
        for item in patterns:
            if isinstance(item, ast.MatchStar):
                found |= {item.name: self.scope.add(Slice(subject))} if item.name else {}
            else:
                found |= self._of(item, self.scope.add(Elem(subject)), keys)
        return found

    def _of_any(self, several: list[dict[str, int]]) -> dict[str, int]:
        """The names that one of several patterns binds, whichever fits."""
        return {name: self.scope.either([found[name] for found in several if name in found]) for name in several[0]}


def _mappings(pattern: ast.pattern) -> Iterator[ast.MatchMapping]:
    """The mappings that a pattern takes the subject, or its items, to be; not those within them."""
    match pattern:
        case ast.MatchMapping():
            yield pattern
        case ast.MatchOr(patterns=patterns) | ast.MatchSequence(patterns=patterns) | ast.MatchClass(patterns=patterns):
            for item in patterns:
                yield from _mappings(item)
        case ast.MatchAs(pattern=ast.pattern() as inner):
            yield from _mappings(inner)


def _names(pattern: ast.pattern) -> list[str]:
    nodes = list(ast.walk(pattern))
    found = [node.name for node in nodes if isinstance(node, ast.MatchAs | ast.MatchStar)]
    return [name for name in (*found, *[node.rest for node in nodes if isinstance(node, ast.MatchMapping)]) if name]
