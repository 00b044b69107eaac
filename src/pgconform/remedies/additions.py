"""A column put into a claim: a key of a payload whose value the function was given, an optional field of a model."""

from __future__ import annotations

import ast

from pgconform.finding import AddField
from pgconform.generate.naming import MODEL_ATTRIBUTES, identifier
from pgconform.remedies.annotations import optional
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.fields import is_model
from pgconform.remedies.nodes import Function, around
from pgconform.remedies.source import Source
from pgconform.remedies.spelling import spelled
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_REST = deferred(r"(?P<line>(?P<comma>,?)[ \t]*(?:#[^\r\n]*)?)\s*")


def added(source: Source, at: Location, change: AddField) -> Remedy | None:
    """The key with the parameter of that name, or a field that may stay away; None where nobody knows a value."""
    span = source.span(at)
    path = around(source, *span) if span else ()
    if span is None or not path:
        return None
    innermost = path[-1]
    if isinstance(innermost, ast.ClassDef):
        return _field(source, innermost, change)
    payload = next((node for node in path if isinstance(node, ast.Dict) and source.node(node)[0] == span[0]), None)
    function = next((node for node in reversed(path) if isinstance(node, Function)), None)
    if payload is None or function is None or not _is_given(function, change.name):
        return None
    edits = _entry(source, payload, change.name)
    return Remedy(source.uri, edits, local=False) if edits else None


def _is_given(function: Function, name: str) -> bool:
    """The function has a parameter of that name, which nothing in it ever makes another."""
    arguments = function.args
    named = {item.arg for item in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)}
    bound = (node.id for node in ast.walk(function) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return name in named and name not in set(bound)


def _entry(source: Source, payload: ast.Dict, name: str) -> tuple[Edit, ...]:
    """After the last entry, in the manner of the payload: on a line of its own or not, with its quotes."""
    keys = [key for key in payload.keys if isinstance(key, ast.Constant)]
    end = source.node(payload.values[-1])[1] if payload.values else 0
    rest = _REST.fullmatch(source.text, end, source.node(payload)[1] - 1)
    if not keys or rest is None:
        return ()
    first = source.node(keys[-1])[0]
    quote = source.text[first] if source.text[first] in "'\"" else '"'
    said = f"{quote}{name}{quote}: {name}"
    if source.text[source.starts[_line(source, first)] : first].strip():
        return (Edit(end, end, f", {said}"),)
    place = rest.end("line")
    comma = () if rest["comma"] else (Edit(end, end, ","),)
    line = f"{source.newline}{source.indent(first)}{said}{rest['comma']}"
    return (*comma, Edit(place, place, line)) if place > end or not comma else (Edit(end, end, f",{line}"),)


def _line(source: Source, offset: int) -> int:
    """The number of an offset's line, from 0."""
    return sum(start <= offset for start in source.starts) - 1


def _field(source: Source, owner: ast.ClassDef, change: AddField) -> Remedy | None:
    fields = [node for node in owner.body if isinstance(node, ast.AnnAssign)]
    usable = change.nullable and identifier(change.name, set(), MODEL_ATTRIBUTES) == change.name
    if not fields or not usable or not is_model(owner, source):
        return None
    kind, needs = spelled(change.type)
    start, end = source.node(fields[-1])
    line = f"{source.newline}{source.indent(start)}{change.name}: {optional(source, kind)} = None"
    place = source.starts[_line(source, end) + 1] if _line(source, end) + 1 < len(source.starts) else len(source.text)
    place -= len(source.newline) if source.text[:place].endswith(source.newline) else 0
    return Remedy(source.uri, (Edit(place, place, line),), needs, local=False)
