"""The arguments of a call in a program's text: one set, one taken away."""

from __future__ import annotations

import ast

from pgconform.remedies.edits import Edit
from pgconform.remedies.source import Source


def keyword(call: ast.Call, name: str) -> ast.keyword | None:
    return next((item for item in call.keywords if item.arg == name), None)


def given(source: Source, call: ast.Call, name: str, value: str) -> Edit:
    """``name=value`` in the call: in place of its value, else after its last argument."""
    known = keyword(call, name)
    if known is not None:
        return Edit(*source.node(known.value), value)
    items: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    if not items:
        start, end = source.node(call)
        inside = source.text.rindex("(", start, end) + 1
        return Edit(inside, end - 1, f"{name}={value}")
    last = max(source.node(item)[1] for item in items)
    first = source.node(items[0])[0]
    alone = source.newline in source.text[source.node(call)[0] : first]
    joint = f",{source.newline}{source.indent(first)}" if alone and len(items) > 1 else ", "
    return Edit(last, last, f"{joint}{name}={value}")


def without(source: Source, call: ast.Call, item: ast.expr | ast.keyword) -> Edit:
    """The call without one of its arguments and the comma that parts it from the next, or from the one before."""
    parts: list[ast.expr | ast.keyword] = [*call.args, *call.keywords]
    items = sorted(map(source.node, parts))
    start, end = source.node(item)
    following = next((first for first, _ in items if first > start), None)
    if following is not None:
        return Edit(start, following, "")
    before = max((last for _, last in items if last < start), default=None)
    if before is not None:
        return Edit(before, end, "")
    text = source.text
    while end < source.node(call)[1] - 1 and text[end] in ", \t":
        end += 1
    return Edit(start, end, "")
