"""Mapped classes of which the program asks for nothing, or for some columns only: what else their tables lack, no query
meets yet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.texts import Texts
from pgconform.sources.python.modules.roads import Roads, parts
from pgconform.sources.python.syntax.tree import Unparsable, parse
from pgconform.support.patterns import deferred
from pgconform.support.testfiles import in_tests

_WORDS = deferred(r"\w+")
_YET = "once something uses the class: nothing in the program does yet"
_WHOLE = frozenset({"query", "objects"})
"""Attributes of a class, beside its methods, that stand for all of its columns."""


def idle(findings: Iterable[Finding], texts: Texts, uris: Iterable[str]) -> Iterator[Finding]:
    """The findings; those of mapped classes that nothing uses are warnings, as are columns that no query asks for."""
    code = _Code(texts, tuple(uri for uri in uris if uri.endswith(".py") and not in_tests(uri)))
    for item in findings:
        place = item.at if item.severity is Severity.ERROR and item.source == "class" else None
        column = item.subject.rpartition(".")[2] if item.code == "COL001" else None
        if place and not code.uses(code.home(item.holder) or place.uri, item.holder.rpartition(".")[2], column):
            yield replace(item, severity=Severity.WARNING, consequence=f"{item.consequence}, {_YET}")
        else:
            yield item


def _beside(part: ast.stmt, column: str) -> set[int]:
    """The expressions in a statement of which only other columns are asked for, or that are only put with others."""
    called = {id(node.func) for node in ast.walk(part) if isinstance(node, ast.Call)}
    found: set[int] = set()
    for node in ast.walk(part):
        match node:
            case ast.Attribute(value=held, attr=name) if id(node) not in called:
                found |= set() if name in _WHOLE or name == column or name.startswith("_") else {id(held)}
            case ast.Assign(value=ast.Dict(values=items)) | ast.AnnAssign(value=ast.Dict(values=items)):
                found.update(map(id, items))
            case ast.Assign(value=ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items)):
                found.update(map(id, items))
    return found


def _spoken(member: ast.stmt) -> set[str]:
    """The names in texts of a member that is no method: ``relationship("Order")``, ``Mapped["list[Order]"]``."""
    if not isinstance(member, ast.Assign | ast.AnnAssign):
        return set()
    texts = (node.value for node in ast.walk(member) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for text in texts for word in _WORDS.findall(text)}


class _Sought(NamedTuple):
    """A class ``name`` of the file ``home``, and the column that it is asked for; None: any use of it counts."""

    home: str
    name: str
    column: str | None


class _Code:
    """The Python files of a project, read when a class is asked for, and parsed where they name it."""

    def __init__(self, texts: Texts, uris: tuple[str, ...]) -> None:
        self.texts = texts
        self.uris = uris
        self.roads = Roads(uris)
        self.trees: dict[str, ast.Module | None] = {}
        self.known: dict[_Sought, bool] = {}

    def home(self, path: str) -> str | None:
        """The file of a class, by its dotted path."""
        ends = ("/__init__.py", ".py")
        names = path.split(".")[:-1]
        files = ("/".join(names[:size]) + end for size in range(len(names), 0, -1) for end in ends)
        return next((uri for uri in files if uri in self.uris), None)

    def uses(self, home: str, name: str, column: str | None) -> bool:
        """Something asks for that column of the class ``name`` of a file, or of one that such a class relates to.

        None: something uses the class.
        """
        sought = _Sought(home, name, column)
        if sought not in self.known:
            self.known[sought] = False
            self.known[sought] = any(self._used_in(uri, sought) for uri in self.uris)
        return self.known[sought]

    def _used_in(self, uri: str, sought: _Sought) -> bool:
        if sought.name.encode() not in self.texts.of(uri):
            return False
        tree = self._tree(uri)
        return tree is None or any(self._used_by(part, uri, sought) for part in tree.body)

    def _used_by(self, part: ast.stmt, uri: str, sought: _Sought) -> bool:
        """A statement of a module uses the class; a class only where it is used itself."""
        match part:
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                return False
            case ast.ClassDef(name=holder) if holder == sought.name and uri == sought.home:
                return False
            case ast.ClassDef(name=holder):
                return self._named_in(part, uri, sought) and self.uses(uri, holder, None)
            case _:
                return self._named_in(part, uri, sought)

    def _named_in(self, part: ast.stmt, uri: str, sought: _Sought) -> bool:
        """A statement names the class; a member of a class does so in a text too, as relations are told."""
        name = sought.name
        if isinstance(part, ast.ClassDef) and any(name in _spoken(member) for member in part.body):
            return True
        apart = set() if sought.column is None else _beside(part, sought.column)
        for node in ast.walk(part):
            if id(node) in apart:
                continue
            match node:
                case ast.Name(id=said) if said == name and self._means(uri, name, sought.home, name):
                    return True
                case ast.Attribute(attr=said, value=holder) if said == name and self._may_hold(uri, holder):
                    return True
                case ast.alias(name=said, asname=str(other)) if said == name != other:
                    return True
        return False

    def _may_hold(self, uri: str, holder: ast.expr) -> bool:
        """What stands before the dot may be a module of the project, or anything else but one from elsewhere."""
        while isinstance(holder, ast.Attribute):
            holder = holder.value
        if not isinstance(holder, ast.Name):
            return True
        found = list(self._imports(uri, holder.id))
        return not found or any(self._is_ours(uri, item) for item in found)

    def _means(self, uri: str, said: str, home: str, name: str, seen: frozenset[str] = frozenset()) -> bool:
        """A name in a file may be the class, through imports; False where it is surely another."""
        if uri == home and said == name:
            return True
        if uri in seen:
            return False
        found = list(self._imports(uri, said))
        if not found:
            return not self._defines(uri, said)
        for item in found:
            if not isinstance(item, ast.ImportFrom) or not self._is_ours(uri, item):
                continue
            file = self.roads.find(uri, item.level, parts(item.module or ""))
            original = next((one.name for one in item.names if (one.asname or one.name) == said), said)
            if file is None or self._means(file, original, home, name, seen | {uri}):
                return True
        return False

    def _imports(self, uri: str, name: str) -> Iterator[ast.Import | ast.ImportFrom]:
        """The imports of a file that bind a name, or may."""
        for node in ast.walk(self._tree(uri) or ast.Module([], [])):
            match node:
                case ast.ImportFrom(names=names) if any((one.asname or one.name) in (name, "*") for one in names):
                    yield node
                case ast.Import(names=names) if any((one.asname or one.name.split(".")[0]) == name for one in names):
                    yield node

    def _is_ours(self, uri: str, item: ast.Import | ast.ImportFrom) -> bool:
        if isinstance(item, ast.Import):
            return any(self.roads.find(uri, 0, parts(one.name)) for one in item.names)
        if item.level or self.roads.find(uri, 0, parts(item.module or "")):
            return True
        return any(self.roads.find(uri, 0, (*parts(item.module or ""), one.name)) for one in item.names)

    def _defines(self, uri: str, name: str) -> bool:
        tree = self._tree(uri)
        return tree is not None and any(isinstance(part, ast.ClassDef) and part.name == name for part in tree.body)

    def _tree(self, uri: str) -> ast.Module | None:
        """The syntax tree of a file; None of one that is no Python."""
        if uri not in self.trees:
            try:
                self.trees[uri] = parse(self.texts.of(uri)).tree
            except Unparsable:
                self.trees[uri] = None
        return self.trees[uri]
