"""What a table's class says beside its columns: constraints, unique indexes, partitioning, schema, comment."""

from __future__ import annotations

from collections.abc import Iterator

from pgconform.generate.layout import string
from pgconform.generate.nesting import Call, Node, named
from pgconform.generate.sa_types import escaped, sql_text
from pgconform.schema import Check, Key, Link, Relation

NOT_SAID = "the database also has"


def arguments(item: Relation, links: tuple[Link, ...]) -> Call:
    """The value of ``__table_args__``; ``links`` are the foreign keys of several columns."""
    said: list[Node] = [*_keys(item), *map(_reference, links), *(_check(one) for one in item.checks if one.enforced)]
    options = Call("{", tuple(_options(item)), "}")
    return Call("(", (*said, options))


def target(link: Link, column: str) -> str:
    """What a foreign key's column refers to, as SQLAlchemy finds it."""
    return string(".".join(filter(None, (link.target_schema, link.target, column))))


def actions(link: Link) -> list[str]:
    """The keywords of a foreign key."""
    said = [f"name={string(link.name)}"] if link.name else []
    for keyword, action in (("onupdate", link.on_update), ("ondelete", link.on_delete)):
        if action != "no action":
            said.append(f"{keyword}={string(action.upper())}")
    full = ['match="FULL"'] if link.full_match else []
    return [*said, *full, *(["deferrable=True"] if link.deferrable else [])]


def unsaid(item: Relation) -> list[str]:
    """Constraints that SQLAlchemy has no words for, as comments."""
    keys = [key.definition for key in item.keys if key.definition]
    checks = [f"CHECK {one.expression} NOT ENFORCED" for one in item.checks if not one.enforced]
    return [f"# {NOT_SAID}: {' '.join(text.split())}" for text in (*keys, *checks)]


def _options(item: Relation) -> Iterator[str]:
    if item.schema:
        yield f'"schema": {string(item.schema)}'
    if item.kind == "partitioned table" and item.definition:
        yield f'"postgresql_partition_by": {string(item.definition)}'
    if item.comment:
        yield f'"comment": {string(item.comment)}'


def _keys(item: Relation) -> Iterator[Node]:
    """The primary key where its columns do not say it all, and the unique ones."""
    for key in item.keys:
        names = tuple(map(string, key.columns))
        if key.kind == "unique" or (key.kind == "primary" and _special(item, key)):
            head = "sa.PrimaryKeyConstraint(" if key.kind == "primary" else "sa.UniqueConstraint("
            yield Call(head, (*names, f"name={string(key.name)}", *_of_key(key)))
        elif key.kind == "index" and not key.definition:
            where = (named("postgresql_where", sql_text(key.partial)),) if key.partial else ()
            yield Call("sa.Index(", (string(key.name), *names, "unique=True", *_of_key(key), *where))


def _special(item: Relation, key: Key) -> bool:
    """The key has a name or an order of its own."""
    in_order = tuple(field.name for field in item.fields if field.name in key.columns)
    return key.deferrable or key.name != f"{item.name}_pkey" or key.columns != in_order


def _of_key(key: Key) -> list[str]:
    distinct = [] if key.nulls_distinct else ["postgresql_nulls_not_distinct=True"]
    return [*distinct, *(["deferrable=True"] if key.deferrable else [])]


def _reference(link: Link) -> Node:
    mine = Call("[", tuple(map(string, link.columns)), "]")
    theirs = Call("[", tuple(target(link, column) for column in link.target_columns), "]")
    return Call("sa.ForeignKeyConstraint(", (mine, theirs, *actions(link)))


def _check(check: Check) -> Node:
    return Call("sa.CheckConstraint(", (string(escaped(check.expression)), f"name={string(check.name)}"))
