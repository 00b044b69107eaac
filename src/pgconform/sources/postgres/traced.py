"""Views completed with what they take from the relations they are made of: origins, nullability, limits, keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from itertools import islice, product

import msgspec

from pgconform.constraints.instead import diverts
from pgconform.schema import Key, Relation, Unread
from pgconform.shape import Field
from pgconform.sources.postgres.index import Index
from pgconform.sources.postgres.nodetree import Node, parse
from pgconform.sources.postgres.older import as_since_16
from pgconform.sources.postgres.views import Traced, trace

_MOST_KEYS = 16
_WRITES_BRIEFLY = 160000


def traced_views(relations: Mapping[int, Relation], index: Index) -> tuple[dict[int, Relation], list[Unread]]:
    """The views among the relations, completed, a view over views after those; and those that could not be."""
    tracer = _Tracer(index.rules, relations, index)
    return {oid: tracer.view(oid) for oid in tracer.rules}, tracer.unread


class _Tracer:
    def __init__(self, rules: Mapping[int, str], relations: Mapping[int, Relation], index: Index) -> None:
        self.rules = rules
        self.relations = relations
        self.numbers = {oid: {row[1]: i for i, row in enumerate(index.columns.get(oid, ()))} for oid in rules}
        self.index = index
        self.done: dict[int, Relation] = {}
        self.unread: list[Unread] = []

    def view(self, oid: int) -> Relation:
        if oid not in self.done:
            self.done[oid] = self.relations[oid]
            self.done[oid] = self._completed(*self._traced(oid))
        return self.done[oid]

    def _traced(self, oid: int) -> tuple[Relation, list[Traced]]:
        """The view as newer servers write it, and its columns, as far as its rule is of a form that is known."""
        view = self.relations[oid]
        rule, found = Node(), list[Traced]()
        with suppress(IndexError, RecursionError):
            rule = parse(self.rules[oid])
            found = trace(rule, self._nullable)
        if len(found) == len(view.fields):
            return self._as_written_now(view, rule), found
        self.unread.append(Unread(f"the columns of view {view.qualified} could not be traced to tables"))
        return view, [Traced(None, None) for _ in view.fields]

    def _relation(self, oid: int) -> Relation | None:
        return self.view(oid) if oid in self.rules else self.relations.get(oid)

    def _field(self, oid: int, number: int) -> Field | None:
        relation = self._relation(oid)
        numbers = self.numbers.get(oid)
        if numbers is None:
            rows = self.index.columns.get(oid, ())
            numbers = self.numbers[oid] = {row[1]: i for i, row in enumerate(rows)}
        place = numbers.get(number)
        return relation.fields[place] if relation and place is not None and place < len(relation.fields) else None

    def _nullable(self, oid: int, number: int) -> bool | None:
        field = self._field(oid, number)
        return field.nullable if field else None

    def _completed(self, view: Relation, columns: list[Traced]) -> Relation:
        takes = view.kind == "view" and view.writable is not None and view.writable.insert
        plain = takes and not view.triggers and not diverts(view)
        fields = tuple(self._from(field, column, plain) for field, column in zip(view.fields, columns, strict=True))
        keys = tuple(self._keys(fields, columns))
        return msgspec.structs.replace(view, fields=fields, keys=(*view.keys, *keys))

    def _as_written_now(self, view: Relation, rule: Node) -> Relation:
        if self.index.version >= _WRITES_BRIEFLY:
            return view
        return msgspec.structs.replace(view, definition=as_since_16(view.definition, rule))

    def _from(self, field: Field, column: Traced, plain: bool) -> Field:
        base = self._field(*column.origin) if column.origin else None
        if base is None or column.origin is None:
            return msgspec.structs.replace(field, nullable=column.nullable, filled=field.filled or None)
        relation = self._relation(column.origin[0])
        home = (relation.schema, relation.name, base.name) if relation else None
        through = relation is None or not diverts(relation)
        return msgspec.structs.replace(
            field,
            nullable=column.nullable,
            filled=field.filled or (base.filled if plain else None),
            mended=field.mended or base.mended,
            bounds=base.bounds,
            origin=base.origin if base.origin and through else home,
        )

    def _keys(self, fields: tuple[Field, ...], columns: list[Traced]) -> Iterable[Key]:
        """The keys of base relations all of whose columns the view repeats, under the view's names for them."""
        names: dict[tuple[int, int], list[str]] = {}
        for field, column in zip(fields, columns, strict=True):
            if column.origin:
                names.setdefault(column.origin, []).append(field.name)
        for oid in sorted({origin[0] for origin in names}):
            relation = self._relation(oid)
            numbers = {row[2]: row[1] for row in self.index.columns.get(oid, ())}
            for key in relation.keys if relation else ():
                choices = [names.get((oid, numbers.get(column, 0)), []) for column in key.columns]
                if not key.partial and not key.expression and key.kind != "exclusion":
                    for chosen in islice(product(*choices), _MOST_KEYS):
                        yield msgspec.structs.replace(key, columns=chosen)
