"""Row types: which relation a composite type belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pgconform.postgrest.relationships import Id
from pgconform.schema import Function, NamedType, Relation
from pgconform.shape import Array, Type
from pgconform.support.patterns import deferred

_PART = deferred(r'"((?:[^"]|"")*)"|([^."]+)')


def identifier(raw: str) -> tuple[str, ...]:
    """The parts of a qualified name as `format_type()` writes it, quotes taken away."""
    return tuple(found[1].replace('""', '"') if found[1] is not None else found[2] for found in _PART.finditer(raw))


class RowTypes:
    """The relations of a truth by the names of their row types."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        self._relations = {Id(relation.schema, relation.name): relation for relation in relations}
        self._known: dict[str, Id | None] = {}

    def relation(self, type_: Type) -> Id | None:
        """The relation whose row type this is."""
        raw = type_.raw
        if isinstance(type_, Array) or not raw:
            return None
        if raw not in self._known:
            parts = identifier(raw)
            found = Id(*parts) if len(parts) == 2 else None
            self._known[raw] = found if found in self._relations else None
        return self._known[raw]

    def returned(self, function: Function, types: Mapping[Id, NamedType]) -> Id | None:
        """The relation whose rows the function returns, perhaps under the name of a domain in ``types``."""
        if function.returns_relation:
            return Id(*function.returns_relation)
        parts = identifier(function.returns.raw)
        domain = types.get(Id(*parts)) if len(parts) == 2 else None
        return self.relation(domain.type if domain and domain.kind == "domain" else function.returns)

    def parents(self, relation: Relation) -> Iterator[Id]:
        """The partitioned tables a partition's rows also are rows of."""
        while relation.partition_of and (parent := self._relations.get(Id(*relation.partition_of))):
            yield Id(parent.schema, parent.name)
            relation = parent
