"""Calls within calls, laid out as ruff's formatter leaves them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from pgconform.generate.layout import INDENT, indented, opening

_DISPLAYS = frozenset({"(", "[", "{"})


class Call(NamedTuple):
    """``head`` with its opening bracket, the parts between commas, the closing bracket; a display has only brackets."""

    head: str
    parts: tuple[Node, ...]
    tail: str = ")"


Node: TypeAlias = "str | Call"


def flat(node: Node) -> str:
    """The expression on one line."""
    if isinstance(node, str):
        return node
    alone = "," if node.head == "(" and len(node.parts) == 1 else ""
    return f"{node.head}{', '.join(map(flat, node.parts))}{alone}{node.tail}"


def named(name: str, node: Node) -> Node:
    """The expression as a keyword's."""
    return f"{name}={node}" if isinstance(node, str) else node._replace(head=f"{name}={node.head}")


def lines(node: Node, width: int, before: str = "", after: str = "") -> list[str]:
    """The expression's lines between two texts; what is too long is broken from the outside in."""
    whole = f"{before}{flat(node)}{after}"
    if len(whole) <= width or isinstance(node, str) or not node.parts:
        return [whole]
    opened, closed = f"{before}{node.head}", f"{node.tail}{after}"
    joined = ", ".join(map(flat, node.parts))
    if node.head.rpartition("=")[2] not in _DISPLAYS and len(INDENT) + len(joined) <= width:
        return [opened, f"{INDENT}{joined}", closed]
    return [opened, *indented(_each(node.parts, width - len(INDENT))), closed]


def _each(parts: Sequence[Node], width: int) -> list[str]:
    return [line for part in parts for line in lines(part, width, after=",")]


def annotated(name: str, annotation: str, node: Call, width: int) -> list[str]:
    """``name: annotation = node``; parentheses help where the head has no room, but not a part that is too long."""
    start = f"{name}: {annotation} = "
    if len(start) + len(node.head) <= width:
        return lines(node, width, before=start)
    if len(start) + 1 <= width:
        inner = indented(lines(node, width - len(INDENT)))
        fits = all(len(line) <= width for line in inner)
        return [f"{start}(", *inner, ")"] if fits else lines(node, width, before=start)
    opened, closed = opening(name, annotation)
    return [*opened, *lines(node, width, before=f"{closed} = ")]
