"""Which keys of its tables a view shows: what makes it take part in their relationships."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product
from typing import TypeAlias

import msgspec

from pgconform.schema import VIEWS, Relation, Schema
from pgconform.support.patterns import deferred

PRIMARY, FOREIGN, REFERENCED = "p", "f", "f_ref"
_QUALIFIED = deferred(r'("(?:[^"]|"")+"|\w+)\.("(?:[^"]|"")+"|\w+)')

_Name: TypeAlias = tuple[str, str]


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
    views = [item for item in truth.relations if item.kind in VIEWS]
    sight = {(view.schema, view.name): view for view in views if view.schema in (*exposed, *search_path)}
    keys = _keys(truth)
    found: list[Dependency] = []
    for view in views:
        if view.schema in exposed:
            found.extend(_dependencies(view, _reach(view, sight), keys))
    return found


def _reach(view: Relation, sight: Mapping[_Name, Relation]) -> set[_Name]:
    """What the view takes its columns from, by itself or through views within sight."""
    found: set[_Name] = set()
    rest = [view]
    while rest:
        named = {_name(match) for match in _QUALIFIED.finditer(rest.pop().definition)} - found
        found |= named
        rest += [sight[name] for name in named if name in sight]
    return found


def _name(match: re.Match[str]) -> _Name:
    schema, name = (part[1:-1].replace('""', '"') if part[0] == '"' else part for part in match.groups())
    return schema, name


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


def _dependencies(view: Relation, reach: set[_Name], keys: _Keys) -> Iterator[Dependency]:
    shown: defaultdict[_Name, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for field in view.fields:
        if field.origin and (field.origin[:2] in reach or not view.definition):
            shown[field.origin[:2]][field.origin[2]].append(field.name)
    for table, columns in shown.items():
        for (constraint, kind, size), places in keys.get(table, {}).items():
            inside = sorted(place for place in places if place[1] in columns)
            if len(inside) == size:
                named = tuple(tuple(columns[column]) for _, column in inside)
                yield Dependency(table, (view.schema, view.name), constraint, kind, named)
