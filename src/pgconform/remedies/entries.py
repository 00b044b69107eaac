"""A column taken out of a claim: a payload's key with its value, a model's field."""

from __future__ import annotations

import ast

from pgconform.remedies.edits import Edit, Remedy
from pgconform.remedies.fields import field_at
from pgconform.remedies.nodes import around
from pgconform.remedies.source import Source
from pgconform.shape import Location


def dropped(source: Source, at: Location, name: str) -> Remedy | None:
    """Without the key of a dictionary, or without the field of a class that has others."""
    site = field_at(source, at)
    if site is not None:
        others = [item for item in site.owner.body if isinstance(item, ast.AnnAssign) and item is not site.statement]
        return Remedy(source.uri, (_lines(source, site.statement),), local=False) if others else None
    span = source.span(at)
    path = around(source, *span) if span else ()
    payload = next((node for node in reversed(path) if isinstance(node, ast.Dict)), None)
    if payload is None:
        return None
    keys = payload.keys
    for index, key in enumerate(keys):
        if isinstance(key, ast.Constant) and key.value == name and source.node(key) == span:
            return Remedy(source.uri, (_entry(source, payload, index),), local=False)
    return None


def _entry(source: Source, payload: ast.Dict, index: int) -> Edit:
    """A key and its value with the comma that parts them from the next entry, or from the one before."""
    key = payload.keys[index]
    start = source.node(key)[0] if key else 0
    end = source.node(payload.values[index])[1]
    following = payload.keys[index + 1 : index + 2]
    if following and following[0] is not None:
        return Edit(start, source.node(following[0])[0], "")
    return Edit(source.node(payload.values[index - 1])[1], end, "") if index else Edit(start, end, "")


def _lines(source: Source, node: ast.stmt) -> Edit:
    start = max(first for first in source.starts if first <= source.node(node)[0])
    end = source.node(node)[1]
    return Edit(start, next((first for first in source.starts if first >= end), len(source.text)), "")
