"""Names that an edited file must import: added to its imports, in their order and their manner."""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator

from pgconform.generate.imports import by_kind
from pgconform.remedies.edits import Edit
from pgconform.remedies.source import Source

Needs = Iterable[tuple[str, str]]


def imported(source: Source, needs: Needs) -> tuple[Edit, ...] | None:
    """The edits after which the file has all these names; None where one of them means something else in it."""
    if source.tree is None:
        return None
    missing: defaultdict[str, list[str]] = defaultdict(list)
    for module, name in sorted(set(needs)):
        origin = _bound(source.tree).get(name)
        if origin is None:
            missing[module].append(name)
        elif origin != (module, name) and not _same(origin, (module, name)):
            return None
    return tuple(edit for module, names in missing.items() for edit in _added(source, source.tree, module, names))


def _same(origin: tuple[str, str], wanted: tuple[str, str]) -> bool:
    return origin[1] == wanted[1] and {origin[0], wanted[0]} <= {"typing", "typing_extensions"}


def _bound(tree: ast.Module) -> dict[str, tuple[str, str]]:
    """The names of the module's own level with where they are imported from, ("", "") of all others."""
    found: dict[str, tuple[str, str]] = {}
    for node in tree.body:
        match node:
            case ast.ImportFrom(module=module, names=names, level=0):
                found |= {item.asname or item.name: (module or "", item.name) for item in names}
            case ast.Import(names=names) | ast.ImportFrom(names=names):
                found |= {(item.asname or item.name).partition(".")[0]: ("", "") for item in names}
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                found[name] = ("", "")
            case ast.stmt():
                stored = (one for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store))
                found |= {one.id: ("", "") for one in stored}
    return found


def _added(source: Source, tree: ast.Module, module: str, names: list[str]) -> Iterator[Edit]:
    same = (node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module == module and not node.level)
    statement = next((node for node in same if node.names[0].name != "*"), None)
    if statement is None:
        yield _statement(source, tree, f"from {module} import {', '.join(sorted(names, key=by_kind))}", module)
    else:
        yield from among(source, statement, names)


def among(source: Source, statement: ast.ImportFrom, names: list[str]) -> Iterator[Edit]:
    """The names at their places among those that a statement imports."""
    by_place: defaultdict[int, list[str]] = defaultdict(list)
    for name in sorted(names, key=by_kind):
        after = (index for index, item in enumerate(statement.names) if by_kind(item.name) > by_kind(name))
        by_place[next(after, len(statement.names))].append(name)
    lines = {item.lineno for item in statement.names}
    own_lines = len(lines) == len(statement.names) and (len(lines) > 1 or statement.lineno not in lines)
    joint = f",{source.newline}{source.indent(source.node(statement.names[0])[0])}" if own_lines else ", "
    for place, added in by_place.items():
        if place < len(statement.names):
            start = source.node(statement.names[place])[0]
            yield Edit(start, start, "".join(name + joint for name in added))
        else:
            end = source.node(statement.names[-1])[1]
            yield Edit(end, end, "".join(joint + name for name in added))


def _statement(source: Source, tree: ast.Module, line: str, module: str) -> Edit:
    """A statement of its own, among the imports of its kind, else after those that come before them."""
    whole = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    kin = [node for node in whole if _kind(node) == _kind_of(module)]
    end = source.newline
    for node in kin:
        if isinstance(node, ast.ImportFrom) and (node.module or "") > module:
            start = source.node(node)[0]
            return Edit(start, start, line + end)
    earlier = [node for node in whole if _kind(node) < _kind_of(module)]
    if kin or earlier:
        place = source.node((kin or earlier)[-1])[1]
        return Edit(place, place, f"{end if kin else end * 2}{line}")
    if whole:
        start = source.node(whole[0])[0]
        return Edit(start, start, line + end * 2)
    told = tree.body[0] if tree.body and ast.get_docstring(tree) is not None else None
    place = source.node(told)[1] if told else 0
    return Edit(place, place, f"{end * 2}{line}" if told else f"{line}{end * 2}")


def _kind(node: ast.Import | ast.ImportFrom) -> int:
    if isinstance(node, ast.ImportFrom):
        return 3 if node.level else _kind_of(node.module or "")
    return _kind_of(node.names[0].name)


def _kind_of(module: str) -> int:
    top = module.partition(".")[0]
    return 0 if top == "__future__" else 1 if top in sys.stdlib_module_names else 2
