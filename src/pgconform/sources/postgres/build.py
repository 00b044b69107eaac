"""From the catalogue's rows to a `Schema`."""

from __future__ import annotations

from collections.abc import Iterable

from pgconform.schema import Relation, Schema
from pgconform.sources.postgres.catalogue import Catalogue, Row
from pgconform.sources.postgres.functions import functions
from pgconform.sources.postgres.index import Index
from pgconform.sources.postgres.named import named_types
from pgconform.sources.postgres.relations import relation
from pgconform.sources.postgres.rows import FunctionRow
from pgconform.sources.postgres.traced import traced_views


def build(catalogue: Catalogue, origin: str = "") -> Schema:
    """The schema these rows describe; ``origin`` names it for a person."""
    index = Index(catalogue)
    found = _relations(index, catalogue.columns)
    views, untraced = traced_views(found, index)
    found |= views
    return Schema(
        relations=tuple(sorted(found.values(), key=_by_name)),
        types=named_types(index),
        functions=functions(map(FunctionRow._make, catalogue["functions"]), index),
        unread=(*catalogue.unread, *untraced),
        origin=origin,
        server=catalogue["server"][0][0],
        extensions=tuple(sorted(row[0] for row in catalogue["extensions"])),
        schemas=tuple(sorted(row[0] for row in catalogue["schemas"])),
    )


def _relations(index: Index, columns: Iterable[Row]) -> dict[int, Relation]:
    """The relations by oid, most of them made while the columns of the next are on their way."""
    rows = {row.oid: row for row in index.relations}
    found = {
        oid: relation(rows[oid], index) for oid in index.arriving(columns) if oid in rows and index.is_complete(oid)
    }
    return found | {oid: relation(row, index) for oid, row in rows.items() if oid not in found}


def _by_name(relation: Relation) -> tuple[str, str]:
    return relation.schema, relation.name
