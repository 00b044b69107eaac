"""Enums as documents list their labels: in SQL, in items that begin with their names, under headings that do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pgconform.schema import Relation
from pgconform.shape import Bounds, Field
from pgconform.sources.docs import sqlfences
from pgconform.sources.docs.cells import labels, listed
from pgconform.sources.docs.columns import values_below, values_of
from pgconform.sources.docs.facts import Fence, Item, Part
from pgconform.sources.docs.ground import Ground, document, spoken_past
from pgconform.sources.docs.plain import heading_names, inner, past
from pgconform.support.patterns import deferred

_REST = deferred(r"^[`*_\"']*\s*(?:\(enum\)\s*)?[`*_]*\s*[:：=–—-]\s*[*_]*\s*(?P<list>.+)$", re.IGNORECASE)
_TITLED = deferred(r"^(?:enum(?:erated)?(?: type)?|type)\s*[:：]?\s+|\s+\(?enum\)?$", re.IGNORECASE)


def of_items(ground: Ground, items: Sequence[Item]) -> Iterator[Relation]:
    """``- **gender**: M, F``, ``- `gender` `` over its values, and the values under a heading of that name."""
    block, known = items[0].block, ground.world.of_enums
    if not known or spoken_past(block):
        return
    outer = [item for item in items if item.depth == items[0].depth]
    for title in block.titles[-1:]:
        for named in {name for name, _ in heading_names(_TITLED.sub("", title))} & known.keys():
            yield from _claim(ground, named, outer[0].text, values_of(outer))
    for number, item in enumerate(items):
        name = inner(item.text)
        if name.text in known and not past(item.text.text):
            rest = _REST.match(item.text.text[name.column - item.text.column + len(name.text) :])
            said = (listed(rest["list"]) or _bare(rest["list"])) if rest else None
            yield from _claim(ground, name.text, name, said or values_below(items, number))


def _bare(text: str) -> tuple[str, ...] | None:
    """Single words, without marks around them."""
    return labels(text) if re.fullmatch(r"[\w-]+(?:\s*[,|/]\s*[\w-]+)+\.?", text.strip()) else None


def of_fence(ground: Ground, fence: Fence) -> Iterator[Relation]:
    """``CREATE TYPE … AS ENUM`` in SQL that describes and does not change."""
    if "enum" not in fence.text.lower() or spoken_past(fence.block) or sqlfences.altered(fence):
        return
    text = fence.text.encode()
    for start, statement in sqlfences.parsed(text):
        if statement.kind == "CreateEnumStmt":
            name = statement.tree["typeName"][-1]["String"]["sval"]
            found = re.search(rf"\b{re.escape(name)}\b", text[start:].decode("utf-8", "replace"), re.IGNORECASE)
            said = tuple(item["String"].get("sval", "") for item in statement.tree.get("vals", ()))
            if found:
                offset = len(text[start:].decode("utf-8", "replace")[: found.start()].encode())
                place = sqlfences.part(sqlfences.Made(fence, start, text), offset, name)
                yield from _claim(ground, name, place, said)


def _claim(ground: Ground, name: str, part: Part, said: tuple[str, ...] | None) -> Iterator[Relation]:
    """The labels as those of a column of that type, if most of them are."""
    found = ground.world.of_enums.get(name)
    if found is not None and said and ground.agrees(found[1], said):
        relation, column = found
        at = ground.place(part)
        field = Field(column.name, bounds=Bounds(labels=said), at=at)
        yield document(relation.name, relation.schema, (field,), at)
