"""Which keys of its tables a view shows: what makes it take part in their relationships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import product
from typing import TypeAlias

import msgspec

from pgconform.schema import Relation, Schema

PRIMARY, FOREIGN, REFERENCED = "p", "f", "f_ref"
VIEW_KINDS = frozenset({"view", "materialized view"})

_Name: TypeAlias = tuple[str, str]
_Origin: TypeAlias = tuple[str, str, str]


class Dependency(msgspec.Struct, frozen=True):
    """All columns of one key of ``table`` stand in ``view``; ``columns`` are the view's names of each, in key order."""

    table: _Name
    view: _Name
    constraint: str
    kind: str
    columns: tuple[tuple[str, ...], ...]

    def choices(self) -> Iterator[tuple[str, ...]]:
        """The key in the view's names; a column shown twice gives a choice."""
        return product(*self.columns)


def view_dependencies(truth: Schema, exposed: tuple[str, ...], search_path: tuple[str, ...]) -> list[Dependency]:
    """The dependencies of every exposed view, through the views within sight."""
    views = {(item.schema, item.name): item for item in truth.relations if item.kind in VIEW_KINDS}
    sight = {name: view for name, view in views.items() if name[0] in (*exposed, *search_path)}
    keys = _keys(truth)
    found: list[Dependency] = []
    for name, view in sight.items():
        if name[0] in exposed:
            found.extend(_dependencies(view, sight, keys))
    return found


_Keys: TypeAlias = dict[_Name, dict[tuple[str, str, int], set[tuple[int, str]]]]


def _keys(truth: Schema) -> _Keys:
    """Of each table its keys as (constraint, kind, size) -> {(place in the key, column)}."""
    found: defaultdict[_Name, defaultdict[tuple[str, str, int], set[tuple[int, str]]]]
    found = defaultdict(lambda: defaultdict(set))
    for relation in truth.relations:
        own = found[relation.schema, relation.name]
        for key in relation.keys:
            if key.kind == "primary":
                own[key.name, PRIMARY, len(key.columns)].update(enumerate(key.columns))
        for link in relation.links:
            own[link.name, FOREIGN, len(link.columns)].update(enumerate(link.columns))
            referred = found[link.target_schema, link.target]
            referred[link.name, REFERENCED, len(link.target_columns)].update(enumerate(link.target_columns))
    return {name: dict(keys) for name, keys in found.items()}


def _dependencies(view: Relation, sight: dict[_Name, Relation], keys: _Keys) -> Iterator[Dependency]:
    shown: defaultdict[_Name, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for field in view.fields:
        for schema, name, column in _origins(field.origin, sight):
            shown[schema, name][column].append(field.name)
    for table, columns in shown.items():
        for (constraint, kind, size), places in keys.get(table, {}).items():
            inside = sorted(place for place in places if place[1] in columns)
            if len(inside) == size:
                named = tuple(tuple(columns[column]) for _, column in inside)
                yield Dependency(table, (view.schema, view.name), constraint, kind, named)


def _origins(origin: _Origin | None, sight: dict[_Name, Relation]) -> Iterator[_Origin]:
    """The column a view's column is taken from, and so on through views."""
    seen: set[_Origin] = set()
    while origin is not None and origin not in seen:
        yield origin
        seen.add(origin)
        view = sight.get(origin[:2])
        field = view.field(origin[2]) if view else None
        origin = field.origin if field else None
