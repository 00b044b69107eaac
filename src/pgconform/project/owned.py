"""What of a truth is the team's own, apart from what the platform and its extensions keep there."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from pgconform.schema import Schema


def owned(truth: Schema, schemas: Iterable[str]) -> Schema:
    """The relations, types and functions of these schemas that no extension brought."""
    wanted = frozenset(schemas)
    return replace(
        truth,
        relations=tuple(item for item in truth.relations if item.schema in wanted and not item.extension),
        types=tuple(item for item in truth.types if item.schema in wanted and not item.extension),
        functions=tuple(item for item in truth.functions if item.schema in wanted and not item.extension),
    )
