"""One request beside one truth, and what is claimed of columns while its parts are looked at."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pgconform.pairs.pair import FieldPair, Pair, RelationPair
from pgconform.pairs.pairing import field_pairs
from pgconform.pairs.world import World
from pgconform.postgrest.builtin import ROW_FUNCTIONS, SYSTEM_COLUMNS
from pgconform.postgrest.cache import SchemaCache
from pgconform.postgrest.config import PostgrestConfig
from pgconform.postgrest.pairs import DynamicPair, Part, TextPair
from pgconform.postgrest.plan import Level
from pgconform.postgrest.syntax import ColumnRef, Refusal
from pgconform.postgrest.wire import Wire
from pgconform.request import HOLE, Query
from pgconform.schema import VIEWS, Access, Relation, Transport, Unread
from pgconform.shape import Field, Location, Type


class Scope(msgspec.Struct, frozen=True, eq=False):
    """A request, where its unqualified names live, and its levels."""

    query: Query
    world: World
    cache: SchemaCache
    schema: str
    top: Level

    @property
    def config(self) -> PostgrestConfig:
        return self.cache.config

    def part(self, at: Location | None, level: Level | None = None) -> Part:
        """What every pair about a part of this request starts with."""
        level = level or self.top
        name = level.relation.qualified if level.relation else ""
        return Part(self.query, self.world, self.config, level.name, name, at or self.query.at)

    def stored(self, level: Level, name: str) -> Field | None:
        """The column of that name, or the table's behind a view's."""
        column = self.world.fields(level.relation).get(name) if level.relation else None
        return self.world.stored(column) if column else None

    def dynamic(self, what: str, at: Location | None) -> DynamicPair:
        """Something that a program computes."""
        return self.unknown(f"{what} is computed", at)

    def unknown(self, why: str, at: Location | None, kind: str = "dynamic") -> DynamicPair:
        """Something that is not known, and why."""
        return DynamicPair(self.part(at), Unread(why, kind, self.top.name, at or self.query.at))

    def refused(self, part: str, wire: Wire, refusal: Refusal) -> Pair:
        """What is to be said of a text that does not parse."""
        at = wire.place(refusal.at)
        if not refusal.certain:
            return self.dynamic(f"part of the {part}", at)
        return TextPair(self.part(at), part, wire.text, refusal)

    def elsewhere(self, name: str) -> bool:
        """Another relation that the request may be about has the column, and its own has not."""
        if self.top.relation is None or self.world.fields(self.top.relation).get(name) is not None:
            return False
        others = (self.cache.relation(self.top.relation.schema, other) for other in self.query.others)
        return any(other is not None and other.field(name) is not None for other in others)

    def leftover(self, part: str, wire: Wire, end: int) -> Iterator[Pair]:
        """What is to be said of text after the place where the server stops reading."""
        ignored = wire.text[end:]
        if ignored and HOLE not in wire.text:
            yield TextPair(self.part(wire.place(end, len(wire.text))), part, wire.text, ignored=ignored)


class Claims:
    """The columns a request names, by level and by what it does with them."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._fields: dict[tuple[int, Access], tuple[Level, dict[str, Field]]] = {}
        self._strange: list[Field] = []

    def reach(self, level: Level, ref: ColumnRef, wire: Wire, access: Access) -> Type | None:
        """Note that a column is named; its type, as far as it is known."""
        name = ref.name.text
        if level.relation is None or not ref.name.known:
            return None
        column = self._scope.world.fields(level.relation).get(name)
        if column is None and name in level.computed:
            return level.computed[name]
        if column is None and _granted(level.relation, name):
            return None
        self.note(level, Field(name, at=wire.place(ref.name.start, ref.name.end)), access)
        return column.type if column else None

    def miss(self, level: Level, ref: ColumnRef, wire: Wire) -> None:
        """Note a name that could be a function of all rows, where only a column can stand."""
        name = ref.name.text
        if level.relation is not None and name not in level.computed and level.relation.field(name) is None:
            self.note(level, Field(name, at=wire.place(ref.name.start, ref.name.end)), Access.MENTION)

    def note(self, level: Level, field: Field, access: Access) -> None:
        if self._scope.query.perhaps and level is self._scope.top and self._scope.elsewhere(field.name):
            self._strange.append(field)
            return
        _, fields = self._fields.setdefault((id(level), access), (level, {}))
        fields.setdefault(field.name, field)

    def pairs(self) -> Iterator[Pair]:
        """Each named column beside the truth's."""
        for field in self._strange:
            yield self._scope.unknown(f'"{field.name}" may be meant for another table', field.at)
        for (_, access), (level, fields) in self._fields.items():
            if level.relation is None:
                continue
            claim = self._scope_claim(level.relation, tuple(fields.values()), access)
            pair = RelationPair(self._scope.world, level.relation, claim)
            columns = self._scope.world.fields(level.relation)
            for field in fields.values():
                yield from field_pairs(FieldPair(pair, columns.get(field.name), field))

    def _scope_claim(self, relation: Relation, fields: tuple[Field, ...], access: Access) -> Relation:
        query = self._scope.query
        return claimed(query, relation.schema, relation.name, fields, access)


def _granted(relation: Relation, name: str) -> bool:
    """Every row has this without a column; what a function gives that has no columns is no row."""
    if relation.kind == "function" and not relation.fields:
        return False
    return name in ROW_FUNCTIONS or (name in SYSTEM_COLUMNS and relation.kind not in VIEWS)


def claimed(query: Query, schema: str, name: str, fields: tuple[Field, ...], access: Access) -> Relation:
    """What a request says of a relation."""
    return Relation(
        name,
        schema,
        kind="query",
        fields=fields,
        access=access,
        whole=False,
        certain=not query.fallback,
        transport=Transport.POSTGREST,
        holder=query.holder,
        at=query.at,
    )
