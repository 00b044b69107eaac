"""Imports of one name pointed at another module, statement by statement, in the manner of each file."""

from __future__ import annotations

import ast
import os
from collections.abc import Iterator
from pathlib import PurePosixPath

from pgconform.fix.twins import Twin
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.importing import among
from pgconform.remedies.source import Source, Sources


def moved(source: Source, twin: Twin, sources: Sources) -> Remedy | None:
    """The file importing the generated model under the name it uses; None where it imports no such name."""
    edits = [
        edit for statement, item in _imports(source, twin, sources) for edit in _edits(source, statement, item, twin)
    ]
    return Remedy(source.uri, tuple(edits)) if edits else None


def _imports(source: Source, twin: Twin, sources: Sources) -> Iterator[tuple[ast.ImportFrom, ast.alias]]:
    for node in ast.walk(source.tree) if source.tree else ():
        if isinstance(node, ast.ImportFrom):
            item = next((one for one in node.names if one.name == twin.name), None)
            if item is not None and _leads_to(source.uri, node, twin, sources):
                yield node, item


def _leads_to(uri: str, statement: ast.ImportFrom, twin: Twin, sources: Sources) -> bool:
    """The name comes from the model's own file, or through a package that passes it on."""
    found = sources.module(uri, statement)
    if found is None or found.uri == twin.uri:
        return found is not None
    passed = [node for node in (found.tree.body if found.tree else ()) if isinstance(node, ast.ImportFrom)]
    return any(
        any(item.name == twin.name for item in node.names) and _file(sources.module(found.uri, node)) == twin.uri
        for node in passed
    )


def _file(source: Source | None) -> str:
    return source.uri if source else ""


def _edits(source: Source, statement: ast.ImportFrom, item: ast.alias, twin: Twin) -> Iterator[Edit]:
    module = _module(source, statement, twin)
    if module is None:
        return
    used = item.asname or item.name
    said = twin.stands_for if used == twin.stands_for else f"{twin.stands_for} as {used}"
    start, end = source.node(statement)
    if (there := _same(source, statement, module)) is not None:
        yield from among(source, there, [said])
        yield _without(source, statement, item) if len(statement.names) > 1 else _line_without(source, start, end)
    elif len(statement.names) == 1:
        yield Edit(start, end, f"from {module} import {said}")
    else:
        yield _without(source, statement, item)
        yield _beside(source, statement, module, f"from {module} import {said}")


def _same(source: Source, statement: ast.ImportFrom, module: str) -> ast.ImportFrom | None:
    """Another statement beside this one that imports from the generated module already."""
    body = source.tree.body if source.tree else []
    if statement not in body:
        return None
    others = (node for node in body if isinstance(node, ast.ImportFrom) and node is not statement)
    return next((node for node in others if f"{'.' * node.level}{node.module or ''}" == module), None)


def _beside(source: Source, statement: ast.ImportFrom, module: str, line: str) -> Edit:
    """A statement of its own before or after this one, as their modules sort."""
    start, end = source.node(statement)
    between = source.newline + source.indent(start)
    if module < f"{'.' * statement.level}{statement.module or ''}":
        return Edit(start, start, line + between)
    return Edit(end, end, between + line)


def _line_without(source: Source, start: int, end: int) -> Edit:
    return Edit(start, next((first for first in source.starts if first >= end), end), "")


def _without(source: Source, statement: ast.ImportFrom, item: ast.alias) -> Edit:
    place = statement.names.index(item)
    start, end = source.node(item)
    if place + 1 < len(statement.names):
        return Edit(start, source.node(statement.names[place + 1])[0], "")
    return Edit(source.node(statement.names[place - 1])[1], end, "")


def _module(source: Source, statement: ast.ImportFrom, twin: Twin) -> str | None:
    """The generated module as this file would name it: relative where it named the other so."""
    made = PurePosixPath(twin.made.at.uri if twin.made.at else "")
    parts = made.parent.parts if made.name == "__init__.py" else made.with_suffix("").parts
    if statement.level:
        return _relative(PurePosixPath(source.uri).parent, parts)
    own = PurePosixPath(twin.uri).with_suffix("").parts
    named = tuple((statement.module or "").split("."))
    base = _base(own, named)
    if base is None or parts[: len(base)] != base:
        return None
    return ".".join(parts[len(base) :])


def _base(own: tuple[str, ...], named: tuple[str, ...]) -> tuple[str, ...] | None:
    """The folders above the one that imports begin at, for a module of this path that goes by this name."""
    for cut in range(len(own) + 1):
        rest = own[cut:]
        if rest[: len(named)] == named:
            return own[:cut]
    return None


def _relative(folder: PurePosixPath, parts: tuple[str, ...]) -> str:
    steps = os.path.relpath("/".join(parts), str(folder)).split("/")
    ups = sum(step == ".." for step in steps)
    return "." * (ups + 1) + ".".join(step for step in steps if step != "..")
