"""The server's own parse trees in text (`pg_node_tree`), as nodes; only braces are scanned, the rest on demand."""

from __future__ import annotations

import re

_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)
_KEY = re.compile(r":(\w+) \(*$")


class Node:
    """One ``{KIND :key value …}``. ``children`` are the nodes in it with the key each stands under, in order."""

    __slots__ = ("children", "text")

    def __init__(self) -> None:
        self.text = ""
        self.children: list[tuple[str, Node]] = []

    @property
    def kind(self) -> str:
        return self.text.split(" ", 1)[0]

    def under(self, key: str) -> list[Node]:
        return [child for name, child in self.children if name == key]

    def scalar(self, key: str) -> str:
        """The word after ``:key``; "" when there is none."""
        found = re.search(rf":{key} (\S+)", self.text)
        return found[1] if found else ""

    def number(self, key: str) -> int:
        word = self.scalar(key)
        return int(word) if word.lstrip("-").isdecimal() else 0


def parse(text: str) -> Node:
    """The outermost node of a node tree."""
    root = Node()
    path, last = [root], 0
    for brace in _BRACE.finditer(text):
        if len(mark := brace[0]) > 1:
            continue
        node = path[-1]
        gap = text[last : brace.start()]
        node.text += gap
        last = brace.end()
        if mark == "{":
            path.append(child := Node())
            node.children.append((_key(gap, node), child))
        else:
            path.pop()
    return root.children[0][1]


def _key(gap: str, node: Node) -> str:
    """The key the next child stands under: said just before it, or that of the sibling before it in a list."""
    found = _KEY.search(gap)
    if found:
        return found[1]
    return node.children[-1][0] if node.children else ""
