"""Mapped classes that nothing of the program uses: what their tables lack, no query of them meets yet."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from pgconform.finding import Finding, Severity
from pgconform.project.doubts.texts import Texts
from pgconform.sources.python.modules.roads import Roads, parts
from pgconform.sources.python.syntax.tree import Unparsable, parse
from pgconform.support.patterns import deferred

_WORDS = deferred(r"\w+")
_YET = "once something uses the class: nothing in the program does yet"


def idle(findings: Iterable[Finding], texts: Texts, uris: Iterable[str]) -> Iterator[Finding]:
    """The findings; those of mapped classes that nothing uses are warnings."""
    code = _Code(texts, tuple(uri for uri in uris if uri.endswith(".py")))
    for item in findings:
        place = item.at if item.severity is Severity.ERROR and item.source == "class" else None
        if place and not code.uses(place.uri, item.holder.rpartition(".")[2]):
            yield replace(item, severity=Severity.WARNING, consequence=f"{item.consequence}, {_YET}")
        else:
            yield item


def _spoken(member: ast.stmt) -> set[str]:
    """The names in texts of a member that is no method: ``relationship("Order")``, ``Mapped["list[Order]"]``."""
    if not isinstance(member, ast.Assign | ast.AnnAssign):
        return set()
    texts = (node.value for node in ast.walk(member) if isinstance(node, ast.Constant) and isinstance(node.value, str))
    return {word for text in texts for word in _WORDS.findall(text)}


class _Code:
    """The Python files of a project, read when a class is asked for, and parsed where they name it."""

    def __init__(self, texts: Texts, uris: tuple[str, ...]) -> None:
        self.texts = texts
        self.uris = uris
        self.roads = Roads(uris)
        self.trees: dict[str, ast.Module | None] = {}
        self.known: dict[tuple[str, str], bool] = {}

    def uses(self, home: str, name: str) -> bool:
        """Something uses the class ``name`` of a file, or one that a class which is used relates to."""
        if (home, name) not in self.known:
            self.known[home, name] = False
            self.known[home, name] = any(self._used_in(uri, home, name) for uri in self.uris)
        return self.known[home, name]

    def _used_in(self, uri: str, home: str, name: str) -> bool:
        if name.encode() not in self.texts.of(uri):
            return False
        tree = self._tree(uri)
        return tree is None or any(self._used_by(part, uri, home, name) for part in tree.body)

    def _used_by(self, part: ast.stmt, uri: str, home: str, name: str) -> bool:
        """A statement of a module uses the class; a class only where it is used itself."""
        match part:
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                return False
            case ast.ClassDef(name=holder) if holder == name and uri == home:
                return False
            case ast.ClassDef(name=holder):
                return self._named_in(part, uri, home, name) and self.uses(uri, holder)
            case _:
                return self._named_in(part, uri, home, name)

    def _named_in(self, part: ast.stmt, uri: str, home: str, name: str) -> bool:
        """A statement names the class; a member of a class does so in a text too, as relations are told."""
        if isinstance(part, ast.ClassDef) and any(name in _spoken(member) for member in part.body):
            return True
        for node in ast.walk(part):
            match node:
                case ast.Name(id=said) if said == name and self._means(uri, name, home, name):
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
