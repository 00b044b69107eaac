"""Names for the types of keys, so that a foreign key says in its annotation what it refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import msgspec

from pgconform.generate.annotations import annotation
from pgconform.generate.columns import closed
from pgconform.generate.layout import alias
from pgconform.generate.models import Models
from pgconform.schema import Relation
from pgconform.shape import Scalar, Type

ENDING = "Key"
Stems = Mapping[tuple[str, str], str]


class Keys(msgspec.Struct, frozen=True):
    """``types`` are those of the named keys; ``columns`` are the keys, and what refers to them, by qualified name."""

    types: dict[str, Type] = {}
    columns: dict[str, str] = {}


def named_keys(relations: tuple[Relation, ...], stems: Stems) -> Keys:
    """The keys of one column that foreign keys of these relations refer to, named for their relation."""
    known = {(item.schema, item.name): item for item in relations}
    types: dict[str, Type] = {}
    columns: dict[str, str] = {}
    for item in relations:
        for link in item.links:
            target = known.get((link.target_schema, link.target))
            column = target.field(link.target_columns[0]) if target and len(link.target_columns) == 1 else None
            own = item.field(link.columns[0])
            if target is None or column is None or own is None or own.type != column.type:
                continue
            if not _is_key(target, column.name) or not isinstance(column.type, Scalar) or closed(own.type, own.bounds):
                continue
            name = f"{stems[target.schema, target.name]}{ENDING}"
            types[name] = column.type
            columns[f"{target.qualified}.{column.name}"] = name
            columns.setdefault(f"{item.qualified}.{own.name}", name)
    return Keys(dict(sorted(types.items())), columns)


def _is_key(relation: Relation, column: str) -> bool:
    return any(key.kind == "primary" and key.columns == (column,) for key in relation.keys)


def key_lines(keys: Keys, models: Models) -> Iterator[list[str]]:
    """The line of each key's name."""
    for name, kind in keys.types.items():
        shown = annotation(kind, models.words, models.imports, written=True)
        yield alias(f"{name}: {models.imports.use('TypeAlias')}", shown, models.width)
