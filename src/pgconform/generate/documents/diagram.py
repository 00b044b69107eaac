"""Entity-relationship diagrams in Mermaid's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pgconform.generate.documents.marks import type_of
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Link, Relation
from pgconform.shape import Field
from pgconform.support.patterns import deferred

_NAME = deferred(r"[A-Za-z_][\w-]*")
_ODD = deferred(r"[^\w()\[\].,]+")


def mermaid(world: World, relations: Sequence[Relation], *, columns: bool = True, about: Relation | None = None) -> str:
    """The relations with their columns, and the foreign keys between them, or only those from and to ``about``."""
    inside = {item.qualified for item in relations}
    lines = ["erDiagram"]
    for item in relations:
        lines += _entity(world, item) if columns else []
    for item in relations:
        for link in item.links:
            target = f"{link.target_schema}.{link.target}"
            if target in inside and (about is None or about.qualified in (target, item.qualified)):
                lines.append(_line(world, item, link))
    return "\n".join(lines) + "\n"


def around(world: World, relation: Relation) -> list[Relation]:
    """The relation, those it refers to, and those that refer to it, by name."""
    me = (relation.schema, relation.name)
    found = {relation.qualified: relation}
    for link in relation.links:
        if target := world.relation(link.target, link.target_schema):
            found[target.qualified] = target
    for other in world.truth.relations:
        if any((link.target_schema, link.target) == me for link in other.links) and other.partition_of is None:
            found[other.qualified] = other
    return [found[name] for name in sorted(found)]


def _entity(world: World, relation: Relation) -> list[str]:
    primary = _primary(relation)
    linked = {name for link in relation.links for name in link.columns}
    name = _quoted(display_name(world, relation))
    attributes = [_attribute(field, primary, linked) for field in world.fields(relation).values()]
    return [f"    {name} {{", *(f"        {line}" for line in attributes if line), "    }"]


def _primary(relation: Relation) -> tuple[str, ...]:
    """The primary key, if all of it can be drawn: a part of it would be another key."""
    whole = (key.columns for key in relation.keys if key.kind == "primary" and not (key.partial or key.expression))
    return next((columns for columns in whole if all(map(_NAME.fullmatch, columns))), ())


def _attribute(field: Field, primary: Iterable[str], linked: Iterable[str]) -> str:
    """``uuid id PK``; a name that this language cannot hold is left out."""
    if not _NAME.fullmatch(field.name):
        return ""
    keys = [mark for mark, names in (("PK", primary), ("FK", linked)) if field.name in names]
    return f"{_ODD.sub('_', type_of(field)).strip('_') or 'unknown'} {field.name} {', '.join(keys)}".rstrip()


def _line(world: World, relation: Relation, link: Link) -> str:
    """The row that is referred to, then how many may refer to it."""
    columns = world.fields(relation)
    optional = any((found := columns.get(name)) is None or found.nullable is not False for name in link.columns)
    keys = [set(key.columns) for key in relation.keys if not key.partial and not key.expression]
    many = "|" if any(key <= set(link.columns) for key in keys) else "{"
    target = world.relation(link.target, link.target_schema)
    name = display_name(world, target) if target else link.target
    label = ", ".join(link.columns).replace('"', "'")
    own = _quoted(display_name(world, relation))
    return f'    {_quoted(name)} {"|o" if optional else "||"}--o{many} {own} : "{label}"'


def _quoted(name: str) -> str:
    return name if _NAME.fullmatch(name) else '"' + name.replace('"', "'") + '"'
