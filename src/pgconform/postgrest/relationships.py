"""The relationships PostgREST detects between tables and views, exactly as its schema cache does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.views import FOREIGN, PRIMARY, REFERENCED, Dependency
from pgconform.schema import VIEWS, Link, Relation, Schema

Kind: TypeAlias = Literal["m2o", "o2m", "o2o", "m2m", "computed"]


class Id(NamedTuple):
    """A qualified name."""

    schema: str
    name: str


class Relationship(msgspec.Struct, frozen=True):
    """How ``foreign`` is reached from ``table``. ``columns`` pair a column here with one there.

    ``junction`` is the table between of a "m2m", ``function`` the function of a "computed" one. ``to_one``: the related
    row arrives as an object, else as a list.
    """

    table: Id
    foreign: Id
    kind: Kind
    constraint: str = ""
    columns: tuple[tuple[str, str], ...] = ()
    foreign_is_view: bool = False
    table_is_view: bool = False
    junction: Id | None = None
    constraints: tuple[str, str] = ("", "")
    function: Id | None = None
    to_one: bool = False

    @property
    def is_self(self) -> bool:
        return self.table == self.foreign


def detected(
    truth: Schema,
    config: PostgrestConfig,
    dependencies: Iterable[Dependency],
    keys: Mapping[Id, tuple[str, ...]],
) -> dict[Id, list[Relationship]]:
    """All relationships that foreign keys make, by the table or view they start at; ``keys`` are the primary ones."""
    forward = _forward(truth, dependencies, config.since(12, 2, 3))
    every = [*forward, *_many_to_many(keys, forward), *map(_inverse, forward)]
    found: defaultdict[Id, list[Relationship]] = defaultdict(list)
    for relationship in every:
        if _visible(relationship, config.schemas):
            found[relationship.table].append(relationship)
    return dict(found)


def _visible(relationship: Relationship, exposed: tuple[str, ...]) -> bool:
    ends = (relationship.table, relationship.foreign, relationship.junction or relationship.foreign)
    return all(end.schema in exposed for end in ends)


def _forward(truth: Schema, dependencies: Iterable[Dependency], any_order: bool) -> list[Relationship]:
    """Every foreign key, and every view's share in one: from the referring to the referred side."""
    by_key: defaultdict[tuple[tuple[str, str], str, str], list[Dependency]] = defaultdict(list)
    for dependency in dependencies:
        by_key[dependency.table, dependency.constraint, dependency.kind].append(dependency)
    found = []
    for relation in truth.relations:
        for link in relation.links:
            found.append(_of_tables(relation, link, any_order))
            origins = by_key.get(((relation.schema, relation.name), link.name, FOREIGN), [])
            targets = by_key.get(((link.target_schema, link.target), link.name, REFERENCED), [])
            found.extend(_of_views(found[-1], origins, targets))
    return found


def _of_tables(relation: Relation, link: Link, any_order: bool) -> Relationship:
    one = _unique(relation, link.columns) and (any_order or link.columns == _in_place(relation, link.columns))
    return Relationship(
        Id(relation.schema, relation.name),
        Id(link.target_schema, link.target),
        "o2o" if one else "m2o",
        link.name,
        tuple(zip(link.columns, link.target_columns, strict=True)),
        to_one=True,
    )


def _unique(relation: Relation, columns: tuple[str, ...]) -> bool:
    """A constraint, not merely an index, makes these columns unique."""
    return any(key.kind in ("primary", "unique") and set(key.columns) == set(columns) for key in relation.keys)


def _in_place(relation: Relation, columns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns in the table's order, in which servers before 12.2.3 looked for a foreign key's."""
    return tuple(field.name for field in relation.fields if field.name in columns)


def _of_views(base: Relationship, origins: list[Dependency], targets: list[Dependency]) -> Iterator[Relationship]:
    here = [(Id(*view.view), columns) for view in origins for columns in view.choices()]
    there = [(Id(*view.view), columns) for view in targets for columns in view.choices()]
    own = tuple(column for column, _ in base.columns)
    other = tuple(column for _, column in base.columns)
    for view, columns in here:
        yield _between(base, (view, columns, True), (base.foreign, other, False))
    for target, others in there:
        yield _between(base, (base.table, own, False), (target, others, True))
    for view, columns in here:
        for target, others in there:
            yield _between(base, (view, columns, True), (target, others, True))


_End: TypeAlias = tuple[Id, tuple[str, ...], bool]


def _between(base: Relationship, here: _End, there: _End) -> Relationship:
    (table, columns, table_is_view), (foreign, others, foreign_is_view) = here, there
    return msgspec.structs.replace(
        base,
        table=table,
        foreign=foreign,
        columns=tuple(zip(columns, others, strict=True)),
        table_is_view=table_is_view,
        foreign_is_view=foreign_is_view,
    )


def _inverse(relationship: Relationship) -> Relationship:
    return msgspec.structs.replace(
        relationship,
        table=relationship.foreign,
        foreign=relationship.table,
        kind="o2m" if relationship.kind == "m2o" else "o2o",
        columns=tuple((there, here) for here, there in relationship.columns),
        table_is_view=relationship.foreign_is_view,
        foreign_is_view=relationship.table_is_view,
        to_one=relationship.kind == "o2o",
    )


def _many_to_many(keys: Mapping[Id, tuple[str, ...]], forward: list[Relationship]) -> Iterator[Relationship]:
    """Through a junction: two different foreign keys whose columns are all part of its primary key."""
    by_table: defaultdict[Id, list[Relationship]] = defaultdict(list)
    for relationship in forward:
        if relationship.kind == "m2o":
            by_table[relationship.table].append(relationship)
    for junction, links in by_table.items():
        key = set(keys.get(junction, ()))
        inside = [link for link in links if key.issuperset(column for column, _ in link.columns)]
        for one in inside:
            yield from (_through(junction, one, other) for other in inside if one.constraint != other.constraint)


def _through(junction: Id, one: Relationship, other: Relationship) -> Relationship:
    return Relationship(
        one.foreign,
        other.foreign,
        "m2m",
        foreign_is_view=other.foreign_is_view,
        table_is_view=one.foreign_is_view,
        junction=junction,
        constraints=(one.constraint, other.constraint),
        columns=tuple((there, here) for here, there in one.columns),
    )


def primary_keys(truth: Schema, dependencies: Iterable[Dependency]) -> dict[Id, tuple[str, ...]]:
    """The primary key of every table, and of every view the ones it shows whole."""
    found = {
        Id(relation.schema, relation.name): key.columns
        for relation in truth.relations
        for key in relation.keys
        if key.kind == "primary" and relation.kind not in VIEWS
    }
    for item in dependencies:
        if item.kind == PRIMARY:
            view = Id(*item.view)
            found[view] = (*found.get(view, ()), *(choice[0] for choice in item.columns))
    return found
