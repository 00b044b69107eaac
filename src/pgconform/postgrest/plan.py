"""The tree of a request: at each level the relation whose columns can be named, and the embeds below it."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from pgconform.postgrest.cache import Root, SchemaCache
from pgconform.postgrest.embeds import candidates
from pgconform.postgrest.relationships import Id, Relationship
from pgconform.postgrest.syntax import Column, Embed, Item, Name, Star
from pgconform.schema import Relation
from pgconform.shape import Type


class Level(msgspec.Struct, frozen=True):
    """One level of a request. ``relation`` None: it is not known whose columns these are.

    ``origin`` is where embeds start. ``found`` are the relationships its embed may mean, None where that cannot be
    judged. ``open``: more columns and embeds may be selected than are known. ``computed`` are functions of the row.
    """

    relation: Relation | None
    origin: Id | None
    embed: Embed | None = None
    found: tuple[Relationship, ...] | None = None
    items: tuple[Item, ...] = ()
    children: tuple[Level, ...] = ()
    open: bool = False
    computed: dict[str, Type] = {}

    @property
    def relationship(self) -> Relationship | None:
        return self.found[0] if self.found is not None and len(self.found) == 1 else None

    @property
    def name(self) -> str:
        """What a person calls this level."""
        if self.relation is not None:
            return self.relation.name
        return self.origin.name if self.origin else ""

    def levels(self) -> Iterator[Level]:
        """This level and all below it, from the top."""
        yield self
        for child in self.children:
            yield from child.levels()


def plan(cache: SchemaCache, root: Root, items: tuple[Item, ...], is_open: bool) -> Level:
    """The levels of a select list that starts at ``root``; ``is_open``: it is not known whole."""
    return _level(cache, Level(root.relation, root.origin, open=is_open), items)


def _level(cache: SchemaCache, bare: Level, items: tuple[Item, ...]) -> Level:
    children = tuple(_child(cache, bare.origin, item) for item in items if isinstance(item, Embed))
    unclear = bare.open or any(not isinstance(item, Star) and item.unclear for item in items)
    computed = cache.computed(bare.relation, bare.origin.schema) if bare.relation and bare.origin else {}
    return replace(bare, items=items, children=children, open=unclear, computed=computed)


def _child(cache: SchemaCache, origin: Id | None, embed: Embed) -> Level:
    found = None
    if origin is not None and not embed.unclear:
        hint = embed.hint.text if embed.hint else None
        found = candidates(cache.relationships(origin), embed.name.text, hint)
    target = found[0].foreign if found and len({item.foreign for item in found}) == 1 else None
    relation = cache.relation(*target) if target else None
    return _level(cache, Level(relation, target, embed, found), embed.items)


def child(level: Level, name: str, legacy: bool) -> Level | None:
    """The embed that a path means by this name: its alias or, as long as the server allows, its relation."""
    for candidate in level.children:
        embed = candidate.embed
        if embed and (name == embed.key.text or (legacy and name == embed.name.text)):
            return candidate
    return None


def embedded(level: Level, name: str) -> Level | None:
    """The embed that a null filter or a related order means: by its alias if it has one, else by its name."""
    return child(level, name, legacy=False)


def descend(level: Level, path: tuple[Name, ...], legacy: bool) -> tuple[Level | None, Name | None]:
    """The level at the end of a path; else None, and the name that is not selected, None where that is not known."""
    for name in path:
        below = child(level, name.text, legacy) if name.known else None
        if below is None:
            return None, name if name.known and not level.open else None
        level = below
    return level, None


def outputs(level: Level) -> list[str] | None:
    """The names under which a level's values arrive, in order; None where they are not all known."""
    if level.open or level.relation is None:
        return None
    if not level.relation.whole and (not level.items or any(isinstance(item, Star) for item in level.items)):
        return None
    names: list[str] = []
    if not level.items:
        names += [field.name for field in level.relation.fields]
    for item in level.items:
        given = _outputs_of(level, item)
        if given is None:
            return None
        names += given
    return names


def _outputs_of(level: Level, item: Item) -> list[str] | None:
    match item:
        case Star():
            return [field.name for field in level.relation.fields] if level.relation else None
        case Column():
            return [output_name(item)]
    below = next(candidate for candidate in level.children if candidate.embed is item)
    if item.spread:
        return outputs(below)
    return [] if empty(below) else [item.key.text]


def output_type(level: Level, name: str) -> Type | None:
    """The type of the value that arrives under this name, where it is a column as it is."""
    said = [item for item in level.items if isinstance(item, Column) and output_name(item) == name]
    if any(item.cast or item.aggregate or item.column is None or item.column.steps for item in said):
        return None
    column = said[0].column.name.text if said and said[0].column else name
    starred = not level.items or any(isinstance(item, Star) for item in level.items)
    field = level.relation.field(column) if level.relation and (said or starred) else None
    return field.type if field else None


def returned(level: Level) -> set[str] | None:
    """The columns that a call of a function hands on to be sorted; None where it is all, or not known."""
    items = [item.column for item in level.items if isinstance(item, Column)]
    related = [child.relationship for child in level.children]
    starred = any(isinstance(item, Star) for item in level.items) or None in items
    computed = any(item is None or item.function is not None for item in related)
    if level.open or starred or computed or not level.items:
        return None
    linked = {here for item in related if item for here, _ in item.columns}
    return linked | {column.name.text for column in items if column}


def empty(level: Level) -> bool:
    """The embed only filters: neither it nor any below it has something to show."""
    plain = any(not isinstance(item, Embed) for item in level.items)
    return not plain and all(map(empty, level.children))


def output_name(item: Column) -> str:
    """The name a selected column arrives under."""
    if item.alias is not None:
        return item.alias.text
    if item.aggregate or item.column is None:
        return item.aggregate
    keys = [step.key for step in item.column.steps if step.kind == "key"]
    return keys[-1] if keys else item.column.name.text
