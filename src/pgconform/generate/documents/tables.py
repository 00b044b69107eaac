"""Tables of Markdown that tell a relation's columns, or several relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from pgconform.generate.documents.marks import code, default_of, labels_of, null_of, prose, type_of
from pgconform.pairs.pair import display_name
from pgconform.pairs.world import World
from pgconform.schema import Key, Link, Relation
from pgconform.shape import Field

Leads: TypeAlias = Callable[[Relation], str]
"""The address of a relation's page, "" where it has none."""
_LONG = 80


COLUMNS = ("Column", "Type", "Null", "Default", "Values", "Refers to", "Description")
_ALWAYS = 3


def filled(header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """The header and the rows of a table, without those of its later columns in which no row says anything."""
    kept = [place for place in range(len(header)) if place < _ALWAYS or any(row[place] for row in rows)]
    return [header[place] for place in kept], [[row[place] for place in kept] for row in rows]


def column_table(
    world: World, relation: Relation, names: Sequence[str] | None = None, leads: Leads | None = None
) -> str:
    """The relation's columns, or the named ones in that order: type, NULL, default, values, references, comment."""
    columns = world.fields(relation)
    chosen = [columns[name] for name in (columns if names is None else names)]
    rows = [_column(world, relation, field, leads) for field in chosen]
    return grid(*filled(COLUMNS, rows))


def relation_table(world: World, relations: Iterable[Relation], leads: Leads | None = None) -> str:
    """The relations, one a row."""
    rows = [
        [_led(world, item, leads), item.kind, str(len(world.fields(item))), prose(item.comment)] for item in relations
    ]
    return grid(*filled(("Table", "Kind", "Columns", "Description"), rows))


def grid(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _column(world: World, relation: Relation, field: Field, leads: Leads | None) -> list[str]:
    stored = world.stored(field) if field.origin else field
    values = ", ".join(code(label) or "(the empty text)" for label in labels_of(field.type, stored.bounds))
    links = [link for link in relation.links if link.columns == (field.name,)]
    return [
        code(field.name),
        code(type_of(field)),
        null_of(field),
        _default(field),
        values,
        ", ".join(reference(world, link, leads) for link in links),
        prose(field.comment),
    ]


def _default(field: Field) -> str:
    """A default in code, unless it is a text that would not be read in a table."""
    text = default_of(field)
    return code(text) if len(text) <= _LONG and "\n" not in text else f"a text of {len(text)} characters"


def reference(world: World, link: Link, leads: Leads | None = None) -> str:
    """``→ users.id``, leading to its page."""
    target, name = referred(world, link)
    told = code(name)
    page = leads(target) if leads and target else ""
    return f"→ [{told}]({page})" if page else f"→ {told}"


def referred(world: World, link: Link) -> tuple[Relation | None, str]:
    """What a foreign key refers to: the relation, where it is known, and its name with the columns."""
    target = world.relation(link.target, link.target_schema)
    name = display_name(world, target) if target else f"{link.target_schema}.{link.target}".lstrip(".")
    return target, f"{name}.{', '.join(link.target_columns)}".rstrip(".")


def spelled_key(key: Key) -> tuple[str, str]:
    """What a key is, and what it is of."""
    word = {"primary": "primary key", "index": "unique index"}.get(key.kind, key.kind)
    return word, key.definition if key.expression or key.kind == "exclusion" else ", ".join(key.columns)


def _led(world: World, relation: Relation, leads: Leads | None) -> str:
    page = leads(relation) if leads else ""
    name = code(display_name(world, relation))
    return f"[{name}]({page})" if page else name
