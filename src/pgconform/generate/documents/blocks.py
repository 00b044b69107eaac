"""Managed blocks: stretches of a document between two marks that are written from the truth and from nothing else.

    <!-- pgconform:begin table=users columns=id,email -->
    …
    <!-- pgconform:end sum=0123456789ab -->

The sum is that of the block's own text, so that what a hand changed is seen and never written over unasked.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pgconform.directives import FENCE
from pgconform.generate.documents import context, diagram, tables
from pgconform.generate.documents.marks import code, digest
from pgconform.pairs.world import World
from pgconform.schema import Relation
from pgconform.shape import Labels
from pgconform.support.patterns import deferred

NEEDLE = b"pgconform:begin"
_OPEN = r"(?P<open><!--|\{/\*)[ \t]*pgconform:"
_CLOSE = r"[ \t]*(?:-->|\*/\})[ \t]*"
_BEGIN = deferred(rf"^[ \t]*{_OPEN}begin\b(?P<asks>[^\n]*?){_CLOSE}$")
_END = deferred(rf"^[ \t]*{_OPEN}end\b(?:[ \t]+sum=(?P<sum>[0-9a-f]*))?{_CLOSE}$")
_KINDS = "table=NAME, tables, diagram, context or labels=TYPE"


class Unwritable(Exception):  # noqa: N818  a fact about a document, no fault of the program
    """What a block asks for cannot be written; the reason in one clause."""


class Block(NamedTuple):
    """A block as it stands: what it asks for, its text, its sum, and its lines, from 1. ``end`` 0: it never ends."""

    asks: str
    text: str
    sum: str
    line: int
    end: int

    @property
    def edited(self) -> bool:
        """Somebody wrote in it since, or it was never written and is not empty."""
        return digest(self.text) != self.sum if self.sum else bool(self.text.strip())


def blocks(text: str) -> Iterator[Block]:
    """The blocks of a document, in order; what a fence shows is none."""
    lines = text.splitlines(keepends=True)
    fence, begun, asks = "", 0, ""
    for number, line in enumerate(lines, 1):
        bare = line.rstrip("\r\n")
        if begun:
            if found := _END.match(bare):
                yield Block(asks, "".join(lines[begun : number - 1]), found["sum"] or "", begun, number)
                begun = 0
            elif _BEGIN.match(bare):
                yield Block(asks, "", "", begun, 0)
                begun = 0
        elif mark := FENCE.match(bare):
            fence = mark[1] if not fence else "" if mark[1].startswith(fence) else fence
        if not begun and not fence and (opened := _BEGIN.match(bare)):
            begun, asks = number, opened["asks"].strip()
    if begun:
        yield Block(asks, "", "", begun, 0)


def rendered(world: World, asks: str) -> str:
    """The text of a block. Raises `Unwritable`."""
    words = dict(word.partition("=")[::2] for word in asks.split())
    match words:
        case {"table": name, **more} if more.keys() <= {"columns"}:
            return tables.column_table(world, _relation(world, name), _columns(world, name, more.get("columns", "")))
        case {"tables": names, **more} if not more:
            return tables.relation_table(world, _relations(world, names))
        case {"diagram": names, **more} if not more:
            return f"```mermaid\n{diagram.mermaid(world, _relations(world, names))}```\n"
        case {"context": names, **more} if more.keys() <= {"budget"} and more.get("budget", "1").isdigit():
            return context.context(world, _relations(world, names), int(more.get("budget", "6000")))
        case {"labels": name, **more} if not more:
            return "".join(f"- {code(label)}\n" for label in _labels(world, name))
    raise Unwritable(f"it asks for {asks or 'nothing'}; a block is of {_KINDS}")


def rewritten(text: str, world: World, *, forced: bool = False) -> str:
    """The document with every block as it should be; one that a hand changed or that cannot be written stays."""
    lines = text.splitlines(keepends=True)
    for block in reversed(list(blocks(text))):
        if not block.end or (block.edited and not forced):
            continue
        try:
            body = rendered(world, block.asks)
        except Unwritable:
            continue
        ending = "\r\n" if lines[block.line - 1].endswith("\r\n") else "\n"
        made = [line + ending for line in body.splitlines()]
        lines[block.line : block.end] = [*made, _ended(lines[block.end - 1], "".join(made))]
    return "".join(lines)


def _ended(line: str, body: str) -> str:
    """The end mark with the sum of what it ends."""
    start, close = line[: line.index("pgconform:")], "-->" if "-->" in line else "*/}"
    return f"{start}pgconform:end sum={digest(body)} {close}{line[len(line.rstrip()) :]}"


def _relation(world: World, name: str) -> Relation:
    schema, _, plain = name.rpartition(".")
    found = world.relation(plain, schema)
    if found is None:
        raise Unwritable(f"there is no table {name}")
    return found


def _columns(world: World, table: str, names: str) -> list[str] | None:
    if not names:
        return None
    known = world.fields(_relation(world, table))
    chosen = [name for name in names.split(",") if name]
    missing = [name for name in chosen if name not in known]
    if missing:
        raise Unwritable(f"{table} has no column {missing[0]}")
    return chosen


def _relations(world: World, names: str) -> list[Relation]:
    """The named relations; none named: all of the searched schemas that are the team's own."""
    if names:
        return [_relation(world, name) for name in names.split(",") if name]
    return own(world)


def own(world: World) -> list[Relation]:
    """The relations of the searched schemas, partitions and what extensions brought apart, by name."""
    found = (item for item in world.truth.relations if item.schema in world.schemas)
    mine = (item for item in found if item.partition_of is None and not item.extension)
    return sorted(mine, key=lambda item: (world.schemas.index(item.schema), item.name))


def _labels(world: World, name: str) -> tuple[str, ...]:
    schema, _, plain = name.rpartition(".")
    found = world.named_type(plain, schema)
    if found is None or not isinstance(found.type, Labels):
        raise Unwritable(f"there is no enum {name}")
    return found.type.values
