"""One name written instead of another, in a text of whatever language."""

from __future__ import annotations

import ast
import re

from pgconform.remedies.cells import padded
from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.nodes import around, asks_for, local, only_asked
from pgconform.remedies.source import Source, Sources
from pgconform.shape import Location
from pgconform.support.patterns import deferred

_LONG = 24
_KEY = deferred(r"(?:\w\[|\.get\()[\"']$")
_PLAIN = deferred(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
_TEXT = deferred(r"[^\\\"'`{}<>|\x00-\x1f\x7f]+")


def renamed(source: Source, at: Location, names: tuple[str, str], sources: Sources) -> Remedy | None:
    """The remedy that writes the second name; None unless the first stands at the place exactly once, as it is.

    What is no plain name can only be the whole of a literal.
    """
    old, new = names
    span = source.span(at)
    found = (_standing(source.text, span, old) or _sent(source, span, old)) if span else None
    if found is None:
        return None
    path = around(source, *found) if source.uri.endswith(".py") else ()
    if not _PLAIN.fullmatch(new) and not (_whole(path, old) and _TEXT.fullmatch(new)):
        return None
    edit = Edit(*found, new)
    seen = local(path) or _read_in_text(source, path, found) or _own_constant(source, path, sources)
    alone = not path or (seen and not _repeats(source, path, edit) and not asks_for(path, new))
    return Remedy(source.uri, (edit,) if path else padded(source, edit), local=alone)


def _read_in_text(source: Source, path: tuple[ast.AST, ...], span: tuple[int, int]) -> bool:
    """The key of a row that is read within an f-string, of whose parts older Pythons do not tell the places."""
    inside = any(isinstance(node, ast.JoinedStr) for node in path)
    return inside and _KEY.search(source.text[max(0, span[0] - _LONG) : span[0]]) is not None


def _own_constant(source: Source, path: tuple[ast.AST, ...], sources: Sources) -> bool:
    """The text of a constant that only requests of this file use."""
    match path[-2:]:
        case (ast.Assign(targets=[ast.Name(id=name)]), ast.Constant()):
            return only_asked(source, name) and not sources.elsewhere(name, source.uri)
        case _:
            return False


def _repeats(source: Source, path: tuple[ast.AST, ...], edit: Edit) -> bool:
    """The statement would say what another one of the file says already: one of both is then meant otherwise."""
    statement = next((node for node in reversed(path) if isinstance(node, ast.stmt)), None)
    if statement is None:
        return False
    start, end = source.node(statement)
    after = source.text[start : edit.start] + edit.text + source.text[edit.end : end]
    return len(after) > _LONG and after in source.text


def _whole(path: tuple[ast.AST, ...], old: str) -> bool:
    return bool(path) and isinstance(path[-1], ast.Constant) and path[-1].value == old


def _standing(text: str, span: tuple[int, int], old: str) -> tuple[int, int] | None:
    """The one place in a span where the name stands as a word of its own."""
    start, end = span if span[0] < span[1] else (span[0], span[0] + len(old))
    word = re.compile(rf"(?<![\w$]){re.escape(old)}(?![\w$])")
    found = [match.span() for match in word.finditer(text, start, end)]
    if len(found) != 1 or (set(text[start:end]) & set("\r\n") and not _quoted(text, found[0])):
        return None
    return found[0]


def _sent(source: Source, span: tuple[int, int], old: str) -> tuple[int, int] | None:
    """The value beside the key of a payload at this place, where the name stands in that."""
    path = around(source, *span)
    if len(path) < 2 or not isinstance(path[-2], ast.Dict):
        return None
    payload, key = path[-2], path[-1]
    value = next((value for one, value in zip(payload.keys, payload.values, strict=True) if one is key), None)
    if not isinstance(value, ast.Constant) or value.value != old:
        return None
    return _standing(source.text, source.node(value), old)


def _quoted(text: str, span: tuple[int, int]) -> bool:
    """The text of a literal of its own."""
    return text[span[0] - 1 : span[0]] in "\"'" and text[span[1] : span[1] + 1] in "\"'"
