"""Which file and line made each object, and what was there once and is no more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import msgspec

from pgconform.schema import Check, Dropped, Function, Key, Link, NamedType, Relation, Schema
from pgconform.shape import Location
from pgconform.sources.migrations.touch import Touch

Name: TypeAlias = tuple[str, str]
_CONSTRAINTS = {"primary": "CONSTR_PRIMARY", "unique": "CONSTR_UNIQUE", "exclusion": "CONSTR_EXCLUSION"}


@dataclass
class Places:
    """Filled statement by statement, as they are applied; ``here`` is where unqualified names go."""

    relations: dict[Name, Location] = field(default_factory=dict)
    parts: defaultdict[Name, dict[tuple[str, str], Location]] = field(default_factory=lambda: defaultdict(dict))
    types: dict[Name, Location] = field(default_factory=dict)
    functions: defaultdict[Name, dict[int, Location]] = field(default_factory=lambda: defaultdict(dict))
    dropped: dict[tuple[str, str, str], Dropped] = field(default_factory=dict)

    def record(self, touch: Touch, here: str = "public") -> None:
        """Remember one touch of a statement that was applied."""
        name = (touch.schema or here, touch.name)
        match touch.what:
            case "relation" if touch.part:
                self._record_part(touch, name)
            case "relation":
                self._record_relation(touch, name)
            case "type":
                self._record_type(touch, name)
            case "function" if touch.verb == "create":
                self.functions[name][touch.arity] = touch.at
            case "schema" if touch.verb == "drop":
                for relation in [known for known in self.relations if known[0] == touch.name]:
                    self._drop(relation, "", touch)

    def _record_relation(self, touch: Touch, name: Name) -> None:
        match touch.verb:
            case "create" if touch.certain or name not in self.relations:
                self.relations[name] = touch.at
            case "drop":
                self._drop(name, "", touch)
            case "rename" | "move":
                new = (name[0], touch.to) if touch.verb == "rename" else (touch.to, name[1])
                self.relations[new] = touch.at
                self.parts[new] = self.parts.pop(name, {})
                self._drop(name, "", touch, ".".join(new) if touch.verb == "move" else touch.to)

    def _record_part(self, touch: Touch, name: Name) -> None:
        parts, key = self.parts[name], (touch.part_kind, touch.part)
        match touch.verb:
            case "create" if touch.certain or key not in parts:
                parts[key] = touch.at
            case "alter":
                parts[key] = touch.at
            case "drop":
                self._drop(name, touch.part, touch)
            case "rename":
                parts[touch.part_kind, touch.to] = touch.at
                self._drop(name, touch.part, touch, touch.to)

    def _record_type(self, touch: Touch, name: Name) -> None:
        match touch.verb:
            case "create" if touch.certain or name not in self.types:
                self.types[name] = touch.at
            case "alter":
                self.types[name] = touch.at
            case "rename" | "move":
                self.types[(name[0], touch.to) if touch.verb == "rename" else (touch.to, name[1])] = touch.at

    def _drop(self, name: Name, column: str, touch: Touch, renamed_to: str = "") -> None:
        known = self.parts[name].pop(("column", column), None) if column else self.relations.get(name)
        if known is None:
            return
        if not column and touch.certain:
            self.relations.pop(name)
            self.parts.pop(name, None)
        self.dropped[*name, column] = Dropped(name[1], name[0], column, renamed_to, touch.at)


def placed(schema: Schema, places: Places, half: Collection[Name] = ()) -> Schema:
    """The schema with places, and with what was dropped and did not come back.

    ``half`` are the relations of which only a part is known, because statements take them to be there.
    """
    return msgspec.structs.replace(
        schema,
        relations=tuple(_relation(relation, places) for relation in schema.relations),
        types=tuple(_type(named, places) for named in schema.types),
        functions=tuple(_function(function, places) for function in schema.functions),
        dropped=_gone(schema, places, half),
    )


def _relation(relation: Relation, places: Places) -> Relation:
    name = (relation.schema, relation.name)
    at, parts = places.relations.get(name), places.parts.get(name, {})
    if at is None and not parts:
        return relation
    return msgspec.structs.replace(
        relation,
        at=at,
        fields=tuple(_put(column, parts.get(("column", column.name), at)) for column in relation.fields),
        keys=tuple(_put(key, _key_place(key, parts, at)) for key in relation.keys),
        links=tuple(_put(link, _link_place(link, parts, at)) for link in relation.links),
        checks=tuple(_put(check, _check_place(check, parts, at)) for check in relation.checks),
    )


def _put(value: Any, at: Location | None) -> Any:
    return msgspec.structs.replace(value, at=at)


def _key_place(key: Key, parts: dict[tuple[str, str], Location], at: Location | None) -> Location | None:
    return _constraint_place(key.name, _CONSTRAINTS.get(key.kind, ""), key.columns, parts) or at


def _link_place(link: Link, parts: dict[tuple[str, str], Location], at: Location | None) -> Location | None:
    return _constraint_place(link.name, "CONSTR_FOREIGN", link.columns, parts) or at


def _check_place(check: Check, parts: dict[tuple[str, str], Location], at: Location | None) -> Location | None:
    return _constraint_place(check.name, "CONSTR_CHECK", check.columns, parts) or at


def _constraint_place(
    name: str, kind: str, columns: tuple[str, ...], parts: dict[tuple[str, str], Location]
) -> Location | None:
    """By its name, by what it is over, or by the one column that carries it."""
    by_name = parts.get(("constraint", name)) or parts.get(("constraint", f"{kind}({','.join(columns)})"))
    return by_name or (parts.get(("column", columns[0])) if len(columns) == 1 else None)


def _type(named: NamedType, places: Places) -> NamedType:
    at = places.types.get((named.schema, named.name)) or places.relations.get((named.schema, named.name))
    return msgspec.structs.replace(named, at=at) if at else named


def _function(function: Function, places: Places) -> Function:
    known = places.functions.get((function.schema, function.name))
    if not known:
        return function
    return msgspec.structs.replace(function, at=known.get(len(function.inputs)) or next(reversed(known.values())))


def _gone(schema: Schema, places: Places, half: Collection[Name]) -> tuple[Dropped, ...]:
    """What was dropped and is not back, each with the last of the names that it came to have.

    Nothing is said of files that drop what later ones take to be there: these ran before, whatever their names say.
    """
    back = (places.dropped.get((*name, "")) for name in half)
    early = {item.at.uri for item in back if item and item.at and not item.renamed_to}
    there = {(item.schema, item.name, "") for item in schema.relations}
    there |= {(item.schema, item.name, field.name) for item in schema.relations for field in item.fields}
    said = {key: item for key, item in places.dropped.items() if not item.at or item.at.uri not in early}
    found = {key: item for key, item in said.items() if key not in there}
    for (namespace, table, column), item in list(found.items()):
        last = _last(found, (namespace, table, "")) if column else ""
        if last:
            found.setdefault((namespace, last, column), msgspec.structs.replace(item, name=last))
    kept = [
        msgspec.structs.replace(item, renamed_to=_last(found, key) if item.renamed_to else "")
        for key, item in found.items()
        if key not in there
    ]
    return tuple(sorted(kept, key=lambda dropped: (dropped.schema, dropped.name, dropped.column)))


def _last(gone: Mapping[tuple[str, str, str], Dropped], key: tuple[str, str, str]) -> str:
    """The name that a dropped thing has now, through all its names; "" where it is gone for good."""
    namespace, table, column = key
    seen = set[str]()
    name = ""
    while (item := gone.get((namespace, table, column))) is not None and item.renamed_to not in seen:
        name = item.renamed_to
        seen.add(name)
        table, column = (table, name) if column else (name, "")
        if not name:
            break
    return name
