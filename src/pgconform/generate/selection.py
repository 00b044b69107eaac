"""What of a truth is written down: its relations, and the named types they are made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from pgconform.generate.options import Options
from pgconform.schema import NamedType, Relation, Schema
from pgconform.shape import Array, Labels, Struct, Type
from pgconform.support.patterns import deferred

_NAME = r'"(?:[^"]|"")+"|[^".\s]+'
_QUALIFIED = deferred(rf"(?P<schema>{_NAME})\.(?P<name>{_NAME})")


def chosen(truth: Schema, options: Options) -> tuple[Relation, ...]:
    """The relations to write, by schema and name: those of the wanted schemas that are the team's own."""
    schemas = options.schemas or ("public",)
    found = [item for item in truth.relations if item.schema in schemas and _wanted(item, options)]
    return tuple(sorted(found, key=lambda item: (schemas.index(item.schema), item.name)))


def _wanted(item: Relation, options: Options) -> bool:
    if item.partition_of is not None or item.extension:
        return False
    return not any(
        fnmatchcase(item.qualified, pattern) or fnmatchcase(item.name, pattern) for pattern in options.exclude
    )


def used_types(kinds: Iterable[Type]) -> Iterator[Type]:
    """The labels and structs among these types and in their parts, inner ones first."""
    for kind in kinds:
        match kind:
            case Array(of=of):
                yield from used_types((of,))
            case Struct(fields=fields):
                yield from used_types(field.type for field in fields)
                yield kind
            case Labels():
                yield kind


def by_name(truth: Schema) -> dict[tuple[str, str], NamedType]:
    """The named types by schema and name."""
    return {(item.schema, item.name): item for item in truth.types}


def named_by(text: str) -> tuple[str, str]:
    """The schema and name that `format_type`'s text of a type holds, unquoted; empty ones where it has no schema."""
    found = _QUALIFIED.fullmatch(text)
    return (_bare(found["schema"]), _bare(found["name"])) if found else ("", "")


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def range_subtypes(truth: Schema) -> dict[str, Type]:
    """The subtype of each range that somebody made, by the range's kind."""
    return {item.name: item.type for item in truth.types if item.kind in ("range", "multirange")}
