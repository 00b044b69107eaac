"""The truth as it is looked up: by name, by schema, the way the server would resolve it."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from pgconform.schema import Function, NamedType, Relation, Schema


class World:
    """An index over one truth. ``schemas`` are those an unqualified name is looked for in, in order."""

    def __init__(self, truth: Schema, schemas: tuple[str, ...] = ("public",)) -> None:
        self.truth = truth
        self.schemas = schemas

    @cached_property
    def _relations(self) -> dict[tuple[str, str], Relation]:
        return {(relation.schema, relation.name): relation for relation in self.truth.relations}

    @cached_property
    def _types(self) -> dict[tuple[str, str], NamedType]:
        return {(named.schema, named.name): named for named in self.truth.types}

    @cached_property
    def _functions(self) -> dict[tuple[str, str], tuple[Function, ...]]:
        found: defaultdict[tuple[str, str], tuple[Function, ...]] = defaultdict(tuple)
        for function in self.truth.functions:
            found[function.schema, function.name] += (function,)
        return dict(found)

    @cached_property
    def _homes(self) -> dict[str, tuple[Relation, ...]]:
        found: defaultdict[str, tuple[Relation, ...]] = defaultdict(tuple)
        for relation in self.truth.relations:
            found[relation.name] += (relation,)
        return dict(found)

    def relation(self, name: str, schema: str = "") -> Relation | None:
        """The relation of that name in that schema, or in the first of the searched ones that has it."""
        for candidate in (schema,) if schema else self.schemas:
            if found := self._relations.get((candidate, name)):
                return found
        return None

    def homes(self, name: str) -> tuple[Relation, ...]:
        """Every relation of that name, whatever its schema."""
        return self._homes.get(name, ())

    def named_type(self, name: str, schema: str = "") -> NamedType | None:
        for candidate in (schema,) if schema else self.schemas:
            if found := self._types.get((candidate, name)):
                return found
        return None

    def functions(self, name: str, schema: str = "") -> tuple[Function, ...]:
        """The overloads of a function in that schema, or in the first of the searched ones that has any."""
        for candidate in (schema,) if schema else self.schemas:
            if found := self._functions.get((candidate, name)):
                return found
        return ()
