"""The truth as it is looked up: by name, by schema, the way the server would resolve it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Protocol, TypeVar

from pgconform.constraints.instead import diverts
from pgconform.schema import Dropped, Function, NamedType, Relation, Schema, Unread
from pgconform.shape import Field, Labels


class _Named(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def schema(self) -> str: ...


N = TypeVar("N", bound=_Named)


class World:
    """An index over one truth. ``schemas`` are those an unqualified name is looked for in, in order."""

    def __init__(self, truth: Schema, schemas: tuple[str, ...] = ("public",)) -> None:
        self.truth = truth
        self.schemas = schemas
        self._fields: dict[int, dict[str, Field]] = {}

    @cached_property
    def _relations(self) -> dict[tuple[str, str], tuple[Relation, ...]]:
        return _index(self.truth.relations)

    @cached_property
    def _types(self) -> dict[tuple[str, str], tuple[NamedType, ...]]:
        return _index(self.truth.types)

    @cached_property
    def _functions(self) -> dict[tuple[str, str], tuple[Function, ...]]:
        return _index(self.truth.functions)

    @cached_property
    def _dropped(self) -> dict[tuple[str, str], tuple[Dropped, ...]]:
        return _index(self.truth.dropped)

    @cached_property
    def _homes(self) -> dict[str, tuple[Relation, ...]]:
        found: defaultdict[str, tuple[Relation, ...]] = defaultdict(tuple)
        for relation in self.truth.relations:
            found[relation.name] += (relation,)
        return dict(found)

    @cached_property
    def _half_seen(self) -> dict[tuple[str, str], Unread]:
        told = (unread for unread in reversed(self.truth.unread) if unread.subject)
        spoken_of = (unread for unread in told if unread.kind not in ("shadowed", "function"))
        return {self.split(unread.subject): unread for unread in spoken_of}

    @cached_property
    def unseen(self) -> tuple[Relation, ...]:
        """The relations that the truth heard of and does not have, each at the first place that speaks of it."""
        return tuple(
            Relation(name, schema, whole=False, at=unread.at)
            for (schema, name), unread in sorted(self._half_seen.items(), key=lambda item: item[0])
            if (schema, name) not in self._relations
        )

    @cached_property
    def partial(self) -> tuple[Relation, ...]:
        """The relations of which the truth's own SQL speaks, and that it does not make: there may be others."""
        seen = (item for item in self.truth.relations if not item.whole and item.partition_of is None)
        return (*seen, *self.unseen)

    def split(self, subject: str) -> tuple[str, str]:
        """(schema, name) of a name that may be qualified; unqualified ones live in the first searched schema."""
        schema, dot, name = subject.rpartition(".")
        return (schema, name) if dot else (self.schemas[0] if self.schemas else "", subject)

    def _first(self, index: dict[tuple[str, str], tuple[N, ...]], name: str, schema: str) -> tuple[N, ...]:
        for candidate in (schema,) if schema else self.schemas:
            if found := index.get((candidate, name)):
                return found
        return ()

    def relation(self, name: str, schema: str = "") -> Relation | None:
        """The relation of that name in that schema, or in the first of the searched ones that has it."""
        return next(iter(self._first(self._relations, name, schema)), None)

    def homes(self, name: str) -> tuple[Relation, ...]:
        """Every relation of that name, whatever its schema."""
        return self._homes.get(name, ())

    def fields(self, relation: Relation) -> dict[str, Field]:
        """The columns of a relation of this truth, by name, in their order; a partition's are its table's."""
        found = self._fields.get(id(relation))
        if found is None:
            whole = self.unfolded(relation)
            found = self._fields[id(relation)] = {field.name: field for field in whole.fields}
        return found

    def unfolded(self, relation: Relation) -> Relation:
        """The partitioned table of a partition that has no columns of its own, else the relation itself."""
        seen = set[tuple[str, str]]()
        while relation.partition_of and not relation.fields and relation.partition_of not in seen:
            seen.add(relation.partition_of)
            schema, name = relation.partition_of
            relation = self.relation(name, schema) or relation
        return relation

    def stored(self, field: Field) -> Field:
        """The base column behind a view's column, or the column itself."""
        seen = {field.origin}
        while field.origin and (base := self.relation(field.origin[1], field.origin[0])):
            column = self.fields(base).get(field.origin[2])
            if column is None or column.origin in seen:
                return column or field
            seen.add(column.origin)
            field = column
        return field

    def reached(self, relation: Relation, field: Field, event: str) -> tuple[Relation, Field]:
        """Where what is written to a column ends up: in a table, or in a view that has no other column behind it, or
        that does something of its own with it.
        """
        seen = {field.origin}
        while field.origin and not diverts(relation, event):
            below = self.relation(field.origin[1], field.origin[0])
            column = self.fields(below).get(field.origin[2]) if below else None
            if below is None or column is None or column.origin in seen:
                break
            seen.add(column.origin)
            relation, field = below, column
        return relation, field

    def half_seen(self, name: str, schema: str = "") -> bool:
        """Something of the truth about this relation could not be read, so that its absence proves nothing."""
        return any((candidate, name) in self._half_seen for candidate in ((schema,) if schema else self.schemas))

    @cached_property
    def _unmade(self) -> frozenset[tuple[str, str]]:
        return frozenset(self.split(unread.subject) for unread in self.truth.unread if unread.kind == "function")

    def unmade(self, name: str, schema: str = "") -> bool:
        """A function of that name could not be made, or not be replaced: what there is of it proves nothing."""
        return any((candidate, name) in self._unmade for candidate in ((schema,) if schema else self.schemas))

    def dropped(self, name: str, schema: str = "", column: str = "") -> Dropped | None:
        """The last time the migrations dropped or renamed this relation, or this column of it."""
        found = self._first(self._dropped, name, schema)
        return next((item for item in reversed(found) if item.column == column), None)

    def named_type(self, name: str, schema: str = "") -> NamedType | None:
        return next(iter(self._first(self._types, name, schema)), None)

    @cached_property
    def of_enums(self) -> dict[str, tuple[Relation, Field]]:
        """A column of each enum of the searched schemas, with its relation, by the enum's name."""
        found: dict[str, tuple[Relation, Field]] = {}
        for relation in self.truth.relations:
            for column in relation.fields if relation.schema in self.schemas else ():
                if isinstance(column.type, Labels):
                    found.setdefault(column.type.raw.rpartition(".")[2].strip('"'), (relation, column))
        return found

    def functions(self, name: str, schema: str = "") -> tuple[Function, ...]:
        """The overloads of a function in that schema, or in the first of the searched ones that has any."""
        return self._first(self._functions, name, schema)


def _index(items: Iterable[N]) -> dict[tuple[str, str], tuple[N, ...]]:
    found: dict[tuple[str, str], list[N]] = {}
    for item in items:
        found.setdefault((item.schema, item.name), []).append(item)
    return {key: tuple(values) for key, values in found.items()}
