"""PostgREST's schema cache: what of one truth it exposes, and how names are looked up in it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from weakref import WeakKeyDictionary

import msgspec

from pgconform.pairs.world import World
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.relationships import Id, Relationship, detected, primary_keys
from pgconform.postgrest.rowtypes import RowTypes, identifier
from pgconform.postgrest.views import Dependency, view_dependencies
from pgconform.schema import Function, Relation
from pgconform.shape import Struct, Type, Unknown

_UNNAMED = frozenset({"bytea", "json", "jsonb", "text", "xml"})
_ROWS = frozenset({"record", "anyelement", "anynonarray", "anycompatible", "anycompatiblenonarray", '"any"'})
_CACHES: WeakKeyDictionary[World, dict[PostgrestConfig, SchemaCache]] = WeakKeyDictionary()


def cache_of(world: World, config: PostgrestConfig) -> SchemaCache:
    """The one cache of this truth under these settings."""
    caches = _CACHES.setdefault(world, {})
    if config not in caches:
        caches[config] = SchemaCache(world, config)
    return caches[config]


class Root(msgspec.Struct, frozen=True):
    """Where a request starts: the relation or function result, and the name its embeds are looked up by."""

    relation: Relation | None
    origin: Id | None


class SchemaCache:
    """What the server knows of its database; everything is found out when first asked."""

    def __init__(self, world: World, config: PostgrestConfig) -> None:
        self._truth = world.truth
        self.config = config
        self._computed: dict[tuple[Id, str], dict[str, Type]] = {}
        self._results: dict[Function, Root] = {}
        self._types = {Id(named.schema, named.name): named for named in world.truth.types}
        self._relations = {Id(relation.schema, relation.name): relation for relation in world.truth.relations}

    def sees(self, schema: str) -> bool:
        """The truth has this schema; one that it lacks but that is exposed was not looked at."""
        return schema in self._schemas

    @cached_property
    def _schemas(self) -> frozenset[str]:
        found = {*self._truth.schemas, *(item.schema for item in self._truth.relations)}
        return frozenset(found | {item.schema for item in self._truth.functions})

    def relation(self, schema: str, name: str) -> Relation | None:
        """The table or view of that exact name, partitions included."""
        return self._relations.get(Id(schema, name))

    @cached_property
    def row_types(self) -> RowTypes:
        return RowTypes(self._truth.relations)

    @cached_property
    def _functions(self) -> dict[Id, list[Function]]:
        found: defaultdict[Id, list[Function]] = defaultdict(list)
        for function in self._truth.functions:
            found[Id(function.schema, function.name)].append(function)
        return dict(found)

    @cached_property
    def _dependencies(self) -> list[Dependency]:
        return view_dependencies(self._truth, self.config.schemas, self.config.extra_search_path)

    @cached_property
    def primary_keys(self) -> dict[Id, tuple[str, ...]]:
        """The primary key's columns of every table and, as far as they show it, of every view."""
        return primary_keys(self._truth, self._dependencies)

    @cached_property
    def _relationships(self) -> dict[Id, list[Relationship]]:
        found = detected(self._truth, self.config, self._dependencies, self.primary_keys)
        computed = list(self._computed_relationships())
        replaced = {(item.table, item.function) for item in computed}
        for origin, known in found.items():
            found[origin] = [item for item in known if (origin, item.foreign) not in replaced]
        for item in computed:
            found.setdefault(item.table, []).append(item)
        return found

    def relationships(self, origin: Id) -> list[Relationship]:
        """Those that start at this table or view and end in the same schema."""
        known = self._relationships.get(origin, [])
        return [item for item in known if (item.function or item.foreign).schema == origin.schema]

    def _computed_relationships(self) -> list[Relationship]:
        found = []
        for function in self._truth.functions:
            arguments = function.inputs
            foreign = self.row_types.returned(function, {})
            table = self.row_types.relation(arguments[0].type) if len(arguments) == 1 else None
            exposed = self.config.schemas
            if table and foreign and table.schema in exposed and foreign.schema in exposed:
                one = not function.returns_set or function.rows == 1
                name = Id(function.schema, function.name)
                found.append(Relationship(table, foreign, "computed", function=name, to_one=one))
        return found

    def result(self, function: Function) -> Root:
        """What a call gives, as a relation, and where its embeds start."""
        if function not in self._results:
            self._results[function] = self._result(function)
        return self._results[function]

    def _result(self, function: Function) -> Root:
        returned = None if function.outputs else self.row_types.returned(function, self._types)
        if returned is not None:
            return Root(self._relations.get(returned), Id(function.schema, returned.name))
        match function.returns:
            case Struct(fields=fields):
                rows, origin = fields, "record" if function.outputs else identifier(function.returns.raw)[-1]
            case Unknown():
                return Root(None, None)
            case _ if function.outputs:
                return Root(None, Id(function.schema, function.name))
            case _:
                rows, origin = (), function.name
        result = Relation(function.name, function.schema, "function", rows)
        return Root(result, Id(function.schema, origin))

    def represented(self, type_: Type) -> bool:
        """The type is a domain that a function makes of text or JSON: literals may then be in a form of its own."""
        return type_.raw in self._representations

    @cached_property
    def _representations(self) -> frozenset[str]:
        domains = {item.qualified for item in self._truth.types if item.kind == "domain"}
        made = {item.returns.raw for item in self._single_argument if item.inputs[0].type.raw in ("text", "json")}
        return frozenset(raw for raw in made if ".".join(identifier(raw)) in domains)

    def computed(self, relation: Relation, schema: str) -> dict[str, Type]:
        """The functions of the relation's row that a request to ``schema`` can name like a column, and their types."""
        key = (Id(relation.schema, relation.name), schema)
        if key not in self._computed:
            self._computed[key] = {item.name: item.returns for item in self._fitting(relation, schema)}
        return self._computed[key]

    def gives_rows(self, relation: Relation, schema: str, name: str) -> bool:
        """The function of the relation's row of that name returns a set of rows."""
        return any(item.returns_set for item in self._fitting(relation, schema) if item.name == name)

    def aggregates(self, relation: Relation, schema: str) -> frozenset[str]:
        """The aggregates of the schema that can be named like a column: functions of all rows."""
        return frozenset(item.name for item in self._fitting(relation, schema) if item.kind == "aggregate")

    def _fitting(self, relation: Relation, schema: str) -> list[Function]:
        path = self.config.search_path(schema)
        rows = (Id(relation.schema, relation.name), *self.row_types.parents(relation))
        fitting = [*self._of_any_row, *(function for row in rows for function in self._of_row.get(row, ()))]
        return [item for item in fitting if item.schema in path]

    @cached_property
    def _of_any_row(self) -> list[Function]:
        return [item for item in self._single_argument if item.inputs[0].type.raw in _ROWS]

    @cached_property
    def _of_row(self) -> dict[Id, list[Function]]:
        """The functions that can be called with nothing but a row, by the row's relation."""
        found: defaultdict[Id, list[Function]] = defaultdict(list)
        for function in self._single_argument:
            if row := self.row_types.relation(function.inputs[0].type):
                found[row].append(function)
        return dict(found)

    @cached_property
    def _single_argument(self) -> list[Function]:
        return [item for item in self._truth.functions if len([a for a in item.inputs if not a.optional]) == 1]

    def functions(self, schema: str, name: str) -> list[Function]:
        """Every function of that name, callable or not."""
        return self._functions.get(Id(schema, name), [])

    def callable(self, schema: str, name: str) -> list[Function]:
        """The overloads that can be called at all."""
        return [function for function in self.functions(schema, name) if _eligible(function)]


def _eligible(function: Function) -> bool:
    """A plain function, no trigger, whose arguments have names; one without is allowed of a few types."""
    if function.kind != "function" or function.returns.raw in ("trigger", "event_trigger"):
        return False
    unnamed = [argument for argument in function.inputs if not argument.name]
    return not unnamed or (len(unnamed) == 1 and unnamed[0].type.raw in _UNNAMED)
