"""The server's own parse trees in text (`pg_node_tree`), as nodes: braces are followed, values looked up on demand."""

from __future__ import annotations

import re

_UNREAD = ((":joinaliasvars ", ":joinleftcols "), (":rteperminfos ", ":jointree "))


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
        _, found, rest = self.text.partition(f":{key} ")
        return rest.split(None, 1)[0] if found else ""

    def name(self, key: str) -> str:
        """The name after ``:key``, which may hold anything (braces stand as ``?``)."""
        found = re.search(rf":{key} ((?:\\.|\S)+)", self.text)
        return re.sub(r"\\(.)", r"\1", found[1]) if found else ""

    def number(self, key: str) -> int:
        word = self.scalar(key)
        return int(word) if word.lstrip("-").isdecimal() else 0


def parse(text: str) -> Node:
    """The outermost node of a node tree; an empty one if there is none."""
    node = root = Node()
    path: list[Node] = []
    for opened in _shortened(text).split("{"):
        gap, *closed = opened.split("}")
        node.text += gap
        for gap in closed:
            node = path.pop()
            node.text += gap
        child = Node()
        node.children.append((_key(gap, node), child))
        path.append(node)
        node = child
    return root.children[0][1]


def _shortened(text: str) -> str:
    """Without the long lists nobody reads here, and without escapes, which stand in names only."""
    for start, end in _UNREAD:
        first, *others = text.split(start)
        text = first + "".join([end + other.partition(end)[2] for other in others])
    return text.replace("\\\\", "?").replace("\\{", "?").replace("\\}", "?") if "\\" in text else text


def _key(gap: str, node: Node) -> str:
    """The key the next child stands under: said just before it, or that of the sibling before it in a list."""
    key, _, rest = gap[gap.rfind(":") + 1 :].partition(" ")
    if key and not rest.strip("("):
        return key
    return node.children[-1][0] if node.children else ""
