"""Rows with the rows they refer to and that refer to them, as PostgREST embeds them in one request."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pgconform.generate.columns import RESERVED, Attribute
from pgconform.generate.models import Models
from pgconform.generate.naming import identifier
from pgconform.schema import Link, Relation

ENDING = "Embed"
Stems = Mapping[tuple[str, str], str]


def embed_lines(relations: Iterable[Relation], stems: Stems, models: Models) -> Iterator[list[str]]:
    """The lines of a class for each relation that has something to embed; every embed may be left out."""
    listed = tuple(relations)
    for item in listed:
        found = [*_referred(item, stems), *_referring(item, listed, stems)]
        counts = Counter(one.name for one in found)
        columns = {field.name for field in item.fields}
        clear = [one for one in found if counts[one.name] == 1 and one.name not in columns and _plain(one.name)]
        if clear:
            stem = stems[item.schema, item.name]
            if any(one.arguments for one in clear):
                models.imports.use("Field")
            yield models.model(f"{stem}{ENDING}", f"{stem}Row", "", sorted(clear))


def _plain(name: str) -> bool:
    return identifier(name, frozenset(), RESERVED) == name


def _referred(item: Relation, stems: Stems) -> Iterator[Attribute]:
    """What the relation's foreign keys refer to: one row, or none."""
    for link in item.links:
        if stem := stems.get((link.target_schema, link.target)):
            yield Attribute(link.target, f"{stem}Row | None", "None")


def _referring(item: Relation, relations: tuple[Relation, ...], stems: Stems) -> Iterator[Attribute]:
    """What refers to the relation: rows, or one where the foreign key is unique."""
    for other in relations:
        for link in other.links:
            if (link.target_schema, link.target) == (item.schema, item.name) and other is not item:
                row = f"{stems[other.schema, other.name]}Row"
                if _unique(other, link):
                    yield Attribute(other.name, f"{row} | None", "None")
                else:
                    yield Attribute(other.name, f"list[{row}]", arguments=("default_factory=list",))


def _unique(other: Relation, link: Link) -> bool:
    keys = (key for key in other.keys if key.kind in ("primary", "unique") and not key.partial and not key.expression)
    return any(set(key.columns) == set(link.columns) for key in keys)
